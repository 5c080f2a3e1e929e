-- name: record
-- What an open page fetches again and again is one access for a while, as long as it shows the same patients.
INSERT INTO access (organisation_id, staff_id, at, method, path, patient_ids, outcome)
SELECT %(organisation_id)s, %(staff_id)s, %(now)s, %(method)s, %(path)s, concerned.patient_ids, %(outcome)s
FROM (
    SELECT COALESCE(array_agg(patient_id ORDER BY patient_id), '{}') AS patient_ids
    FROM (
        SELECT unnest(%(patient_ids)s::int[]) AS patient_id
        UNION
        SELECT patient_id FROM task WHERE task_id = %(task_id)s::int
        UNION
        SELECT patient_id FROM assignment WHERE assignment_id = %(assignment_id)s::int
        UNION
        SELECT patient_id FROM assignment_change WHERE assignment_id = %(assignment_id)s::int) AS named
    WHERE patient_id IS NOT NULL) AS concerned
WHERE (%(always)s OR concerned.patient_ids <> '{}')
    AND (%(unless_since)s::timestamptz IS NULL OR NOT EXISTS (
        SELECT FROM access
        WHERE access.staff_id = %(staff_id)s AND access.at > %(unless_since)s AND access.path = %(path)s
            AND access.patient_ids = concerned.patient_ids AND access.outcome = %(outcome)s))

-- name: of_patient
SELECT access_id, at, staff.username, staff.name AS staff_name, method, path, outcome,
    cardinality(patient_ids) AS patients
FROM access
JOIN staff USING (staff_id)
WHERE access.organisation_id = %(organisation_id)s
    AND patient_ids @> ARRAY[%(patient_id)s::int]
    AND (%(before)s::bigint IS NULL OR access_id < %(before)s)
ORDER BY access_id DESC
LIMIT %(limit)s
