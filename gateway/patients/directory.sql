-- name: patients
SELECT patient.patient_id, identifier, family_name, given_name, birth_date, time_zone,
    ARRAY(SELECT programme FROM enrolment WHERE enrolment.patient_id = patient.patient_id ORDER BY programme)
        AS programmes,
    (SELECT count(*) FROM task WHERE task.patient_id = patient.patient_id
        AND is_open(status)) AS open_tasks
FROM patient
JOIN reach USING (patient_id)
WHERE staff_id = %(staff_id)s AND (%(only)s::int[] IS NULL OR patient_id = ANY(%(only)s))
    AND (%(search)s::text IS NULL
        OR position(lower(%(search)s) IN lower(concat_ws(' ', given_name, family_name, given_name, identifier))) > 0)
ORDER BY lower(family_name), lower(given_name), patient.patient_id
LIMIT %(limit)s
