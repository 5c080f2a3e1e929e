-- name: lock_patient
SELECT FROM patient_state WHERE patient_id = %(patient_id)s FOR UPDATE

-- name: in_force
SELECT patient_id, rule_id, vital, value
FROM personal_limit
WHERE patient_id = ANY(%(patient_ids)s) AND ended_at IS NULL AND (until > %(now)s OR until IS NULL)
    AND (seconded_at IS NOT NULL OR NOT needs_second)

-- name: limits_of_patient
SELECT personal_limit_id, rule_id, vital, value, why, until, setter.name AS set_by, set_at, needs_second,
    seconder.name AS seconded_by, seconded_at, ended_at, ender.name AS ended_by
FROM personal_limit
JOIN staff AS setter ON setter.staff_id = set_by
LEFT JOIN staff AS seconder ON seconder.staff_id = seconded_by
LEFT JOIN staff AS ender ON ender.staff_id = personal_limit.ended_by
WHERE patient_id = %(patient_id)s
ORDER BY personal_limit_id DESC

-- name: end_others
UPDATE personal_limit SET ended_at = %(now)s, ended_by = %(staff_id)s
WHERE patient_id = %(patient_id)s AND rule_id = %(rule_id)s AND vital = %(vital)s AND ended_at IS NULL
    AND personal_limit_id IS DISTINCT FROM %(personal_limit_id)s::int
    AND (NOT %(needs_second)s OR needs_second AND seconded_at IS NULL)

-- name: add_limit
INSERT INTO personal_limit (organisation_id, patient_id, rule_id, vital, value, why, until, set_by, set_at,
    needs_second)
VALUES (%(organisation_id)s, %(patient_id)s, %(rule_id)s, %(vital)s, %(value)s, %(why)s, %(until)s, %(staff_id)s,
    %(now)s, %(needs_second)s)
RETURNING personal_limit_id

-- name: lock_limit
SELECT personal_limit_id, rule_id, vital, value, set_by, needs_second AND seconded_at IS NULL AS is_waiting
FROM personal_limit
WHERE personal_limit_id = %(personal_limit_id)s AND patient_id = %(patient_id)s AND ended_at IS NULL
    AND (until > %(now)s OR until IS NULL)
FOR UPDATE

-- name: second_limit
UPDATE personal_limit SET seconded_by = %(staff_id)s, seconded_at = %(now)s
WHERE personal_limit_id = %(personal_limit_id)s

-- name: end_limit
UPDATE personal_limit SET ended_at = %(now)s, ended_by = %(staff_id)s WHERE personal_limit_id = %(personal_limit_id)s

-- name: with_expired
SELECT DISTINCT patient_id FROM personal_limit WHERE until <= %(now)s AND ended_at IS NULL ORDER BY patient_id

-- name: lock_expired
-- An evaluator that stands still with a patient's lock holds up nobody else.
SELECT FROM patient_state WHERE patient_id = %(patient_id)s FOR UPDATE SKIP LOCKED

-- name: end_expired
UPDATE personal_limit SET ended_at = until
WHERE patient_id = %(patient_id)s AND until <= %(now)s AND ended_at IS NULL
RETURNING patient_id, rule_id, vital, seconded_at IS NOT NULL OR NOT needs_second AS was_in_force
