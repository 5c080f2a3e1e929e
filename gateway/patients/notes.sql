-- name: add_note
INSERT INTO patient_note (organisation_id, patient_id, staff_id, at, note)
SELECT organisation_id, patient_id, %(staff_id)s, %(now)s, %(note)s FROM patient WHERE patient_id = %(patient_id)s

-- name: notes
-- What was written about the patient, and with any task of theirs.
SELECT at, staff.name AS staff_name, note, about, task_id
FROM (
    SELECT at, staff_id, note, NULL AS about, NULL::int AS task_id
    FROM patient_note
    WHERE patient_id = %(patient_id)s
    UNION ALL
    SELECT at, staff_id, task_transition.note, title, task_id
    FROM task
    JOIN task_transition USING (task_id)
    WHERE patient_id = %(patient_id)s AND task_transition.note <> '' AND staff_id IS NOT NULL
) AS written
JOIN staff USING (staff_id)
ORDER BY at DESC
LIMIT %(limit)s
