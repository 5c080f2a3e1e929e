-- name: add
INSERT INTO contact_attempt (organisation_id, patient_id, task_id, at, staff_id, whom, channel, reached, note)
SELECT organisation_id, patient_id, task_id, %(now)s, %(staff_id)s, %(whom)s, %(channel)s, %(reached)s, %(note)s
FROM task
WHERE task_id = %(task_id)s

-- name: of_task
SELECT contact_attempt_id, task_id, at, staff.name AS staff_name, whom, channel, reached, note
FROM contact_attempt
JOIN staff USING (staff_id)
WHERE task_id = %(task_id)s
ORDER BY at, contact_attempt_id

-- name: last_of_patient
SELECT contact_attempt_id, task_id, at, staff.name AS staff_name, whom, channel, reached, note
FROM contact_attempt
JOIN staff USING (staff_id)
WHERE patient_id = %(patient_id)s
ORDER BY at DESC, contact_attempt_id DESC
LIMIT 1
