-- name: set_number
INSERT INTO personal_number (organisation_id, patient_id, name, value, why, set_by, set_at)
VALUES (%(organisation_id)s, %(patient_id)s, %(name)s, %(value)s, %(why)s, %(staff_id)s, %(now)s)

-- name: numbers
SELECT DISTINCT ON (patient_id, name) patient_id, name, value
FROM personal_number
WHERE patient_id = ANY(%(patient_ids)s)
ORDER BY patient_id, name, personal_number_id DESC

-- name: numbers_of_patient
SELECT personal_number.name, value, why, staff.name AS set_by, set_at
FROM personal_number
JOIN staff ON staff.staff_id = set_by
WHERE patient_id = %(patient_id)s
ORDER BY personal_number_id DESC
