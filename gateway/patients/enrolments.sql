-- name: enrolments
SELECT patient_id, programme, reason IS NOT NULL
FROM enrolment
WHERE patient_id = ANY(%(patient_ids)s)
ORDER BY patient_id, programme

-- name: circumstances
SELECT patient_id, requirement
FROM unmet_requirement
WHERE patient_id = ANY(%(patient_ids)s) AND ended_at IS NULL
UNION
SELECT patient_id, 'adult'
FROM patient
WHERE patient_id = ANY(%(patient_ids)s)
    AND birth_date > (%(now)s AT TIME ZONE patient.time_zone)::date - make_interval(years => %(adult_from)s)

-- name: attach
INSERT INTO enrolment (patient_id, organisation_id, programme, reason, reason_by)
VALUES (%(patient_id)s, %(organisation_id)s, %(programme)s, %(reason)s, %(reason_by)s)
ON CONFLICT (patient_id, programme) DO UPDATE SET reason = excluded.reason, reason_by = excluded.reason_by

-- name: detach
WITH unscheduled AS (
    DELETE FROM schedule WHERE patient_id = %(patient_id)s AND programme = %(programme)s
)
DELETE FROM enrolment WHERE patient_id = %(patient_id)s AND programme = %(programme)s RETURNING programme

-- name: mark
INSERT INTO unmet_requirement (organisation_id, patient_id, requirement, why, set_by, set_at)
VALUES (%(organisation_id)s, %(patient_id)s, %(requirement)s, %(why)s, %(staff_id)s, %(now)s)
ON CONFLICT (patient_id, requirement) WHERE ended_at IS NULL DO NOTHING

-- name: unmark
UPDATE unmet_requirement SET ended_at = %(now)s, ended_by = %(staff_id)s
WHERE patient_id = %(patient_id)s AND requirement = %(requirement)s AND ended_at IS NULL

-- name: marks_of_patient
SELECT requirement, why, staff.name AS set_by, set_at
FROM unmet_requirement
JOIN staff ON staff.staff_id = set_by
WHERE patient_id = %(patient_id)s AND ended_at IS NULL
ORDER BY requirement
