-- name: lock_assignment
SELECT assignment_id, source_id, patient_id, lower(period), upper(period)
FROM assignment
WHERE assignment_id = %(assignment_id)s AND organisation_id = %(organisation_id)s
FOR UPDATE

-- name: record
INSERT INTO assignment_change (organisation_id, assignment_id, source_id, patient_id, period, changed_by, changed_at,
    why)
SELECT organisation_id, assignment_id, source_id, patient_id, period, %(staff_id)s, %(now)s, %(why)s
FROM assignment
WHERE assignment_id = %(assignment_id)s
RETURNING assignment_change_id

-- name: change
UPDATE assignment SET patient_id = %(patient_id)s, period = tstzrange(%(since)s, %(until)s),
    assigned_by = %(staff_id)s, assigned_at = %(now)s
WHERE assignment_id = %(assignment_id)s

-- name: withdraw
DELETE FROM assignment WHERE assignment_id = %(assignment_id)s

-- name: make_due
INSERT INTO due (source_id, since, appended_at) VALUES (%(source_id)s, %(affected_from)s, %(now)s)

-- name: set_evidence_aside
WITH gone AS (
    DELETE FROM evidence
    WHERE patient_id = %(patient_id)s AND source_id = %(source_id)s AND NOT EXISTS (
        SELECT FROM assignment
        WHERE assignment.source_id = evidence.source_id AND assignment.patient_id = evidence.patient_id
            AND assignment.period @> evidence.measured_at)
    RETURNING *
), kept AS (
    INSERT INTO evidence_left (assignment_change_id, organisation_id, patient_id, condition, source_id, measured_at,
        tie, episode_id, task_id, rule_id, priority, reason, from_at, added_at)
    SELECT %(change_id)s, organisation_id, patient_id, condition, source_id, measured_at, tie, episode_id, task_id,
        rule_id, priority, reason, from_at, added_at
    FROM gone
)
SELECT DISTINCT task_id, episode_id FROM gone
