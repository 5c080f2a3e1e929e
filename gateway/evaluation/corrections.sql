-- name: find_reading
SELECT measured_at + make_interval(secs => delay_s) AS received_at
FROM reading
JOIN assignment USING (source_id)
WHERE source_id = %(source_id)s AND measured_at = %(measured_at)s AND tie = %(tie)s
    AND assignment.patient_id = %(patient_id)s AND assignment.period @> measured_at

-- name: is_theirs_at
SELECT EXISTS (
    SELECT FROM assignment
    WHERE source_id = %(source_id)s AND patient_id = %(patient_id)s AND period @> %(taken_at)s::timestamptz)

-- name: correct
INSERT INTO reading_correction (organisation_id, patient_id, source_id, measured_at, tie, taken_at, why, corrected_by,
    corrected_at)
VALUES (%(organisation_id)s, %(patient_id)s, %(source_id)s, %(measured_at)s, %(tie)s, %(taken_at)s, %(why)s,
    %(staff_id)s, %(now)s)
ON CONFLICT DO NOTHING
RETURNING reading_correction_id

-- name: confirm
-- A retraction that was none: who looked, why, and that the reading stands.
INSERT INTO reading_correction (organisation_id, patient_id, source_id, measured_at, tie, why, corrected_by,
    corrected_at, withdrawn_by, withdrawn_at)
SELECT %(organisation_id)s, %(patient_id)s, %(source_id)s, %(measured_at)s, %(tie)s, %(why)s, %(staff_id)s, %(now)s,
    %(staff_id)s, %(now)s
WHERE NOT EXISTS (
    SELECT FROM reading_correction
    WHERE source_id = %(source_id)s AND measured_at = %(measured_at)s AND tie = %(tie)s AND withdrawn_at IS NULL)

-- name: copy_to_its_time
INSERT INTO reading (measured_at, source_id, hub_run, position, delay_s, offset_s, flags, tie, {vitals},
    meal, absent, original)
SELECT %(taken_at)s, source_id, hub_run, position,
    delay_s + extract(epoch FROM measured_at - %(taken_at)s::timestamptz)::int, offset_s, flags, tie, {vitals},
    meal, absent, original
FROM reading
WHERE source_id = %(source_id)s AND measured_at = %(measured_at)s AND tie = %(tie)s
ON CONFLICT DO NOTHING

-- name: make_due
INSERT INTO due (source_id, since, appended_at) VALUES (%(source_id)s, %(affected_from)s, %(now)s)

-- name: set_evidence_aside
WITH gone AS (
    DELETE FROM evidence
    WHERE patient_id = %(patient_id)s AND source_id = %(source_id)s AND measured_at = %(measured_at)s
        AND tie = %(tie)s
    RETURNING *
), kept AS (
    INSERT INTO evidence_left (reading_correction_id, organisation_id, patient_id, condition, source_id, measured_at,
        tie, episode_id, task_id, rule_id, priority, reason, from_at, added_at)
    SELECT %(reading_correction_id)s, organisation_id, patient_id, condition, source_id, measured_at, tie, episode_id,
        task_id, rule_id, priority, reason, from_at, added_at
    FROM gone
)
SELECT DISTINCT task_id, episode_id FROM gone

-- name: withdraw
-- Whose the reading is now, which may be somebody else than when it was retracted.
UPDATE reading_correction AS correction SET withdrawn_by = %(staff_id)s, withdrawn_at = %(now)s
FROM assignment
WHERE reading_correction_id = %(reading_correction_id)s AND taken_at IS NULL AND withdrawn_at IS NULL
    AND assignment.source_id = correction.source_id AND assignment.period @> correction.measured_at
    AND assignment.patient_id = %(patient_id)s
RETURNING correction.source_id, correction.measured_at

-- name: of_patient
SELECT reading_correction_id, source_id, measured_at, tie, taken_at, why, corrector.name AS corrected_by, corrected_at,
    withdrawer.name AS withdrawn_by, withdrawn_at
FROM reading_correction
JOIN staff AS corrector ON corrector.staff_id = corrected_by
LEFT JOIN staff AS withdrawer ON withdrawer.staff_id = withdrawn_by
WHERE patient_id = %(patient_id)s
ORDER BY reading_correction_id DESC
