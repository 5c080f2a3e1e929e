-- name: of_task
SELECT staff.staff_id, staff.name
FROM task_reach
JOIN staff USING (staff_id)
WHERE task_id = %(task_id)s
    AND staff.staff_id <> %(staff_id)s
    AND staff.role = ANY(%(roles)s)
    AND staff.deactivated_at IS NULL
ORDER BY staff.name, staff.staff_id

-- name: of_patient
SELECT staff.staff_id, staff.name
FROM reach
JOIN staff USING (staff_id)
WHERE patient_id = %(patient_id)s
    AND staff.staff_id <> %(staff_id)s
    AND staff.role = ANY(%(roles)s)
    AND staff.deactivated_at IS NULL
ORDER BY staff.name, staff.staff_id

-- name: on_patient
-- Who has an open task of the patient.
SELECT DISTINCT staff.staff_id, staff.name
FROM task
JOIN staff ON staff.staff_id = owner_id
WHERE patient_id = %(patient_id)s AND is_open(status)
ORDER BY staff.name, staff.staff_id

-- name: care_team
SELECT name FROM care_team WHERE care_team_id = %(care_team_id)s
