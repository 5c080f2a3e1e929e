-- name: due
SELECT task_id FROM task WHERE next_at <= %(now)s AND task_id <> ALL(%(resting)s)
ORDER BY next_at, task_id LIMIT %(limit)s
FOR NO KEY UPDATE SKIP LOCKED

-- name: take_due
SELECT task_id FROM task WHERE task_id = ANY(%(task_ids)s) AND next_at <= %(now)s
ORDER BY next_at, task_id FOR NO KEY UPDATE SKIP LOCKED

-- name: timing
SELECT organisation_id, care_team_id, status, priority, version, owner_id, origin, offered_to_id, needs_review,
    proposed_outcome, acknowledge_by, resolve_by, clock_run, clock_since, acknowledged_at, acted_at, lapses_at,
    snoozed_until, told.step, told.at AS told_at
FROM task
LEFT JOIN LATERAL (
    SELECT step, at FROM escalation
    WHERE escalation.task_id = task.task_id AND escalation.clock_run = task.clock_run
        AND clock = CASE WHEN acknowledged_at IS NULL THEN 'acknowledge' ELSE 'resolve' END
    ORDER BY step DESC
    LIMIT 1
) AS told ON true
WHERE task_id = %(task_id)s

-- name: lock
SELECT FROM task WHERE task_id = %(task_id)s FOR NO KEY UPDATE

-- name: lock_of
-- Without those that wait for another person to confirm how they end: whoever proposed it may be back one day.
SELECT task_id FROM task
WHERE proposed_outcome IS NULL AND (owner_id = %(staff_id)s OR offered_to_id = %(staff_id)s)
    AND is_open(status)
    AND (%(within_reach)s OR NOT EXISTS (
        SELECT FROM task_reach WHERE task_reach.task_id = task.task_id AND task_reach.staff_id = %(staff_id)s))
ORDER BY task_id
FOR NO KEY UPDATE

-- name: wait_until
UPDATE task SET next_at = %(next_at)s WHERE task_id = %(task_id)s

-- name: begin_run
UPDATE task SET clock_run = clock_run + 1, clock_since = %(now)s WHERE task_id = %(task_id)s

-- name: tell
INSERT INTO escalation (task_id, clock_run, clock, step, organisation_id, level, at, told)
VALUES (%(task_id)s, %(clock_run)s, %(clock)s, %(step)s, %(organisation_id)s, %(level)s, %(now)s, %(told)s)
ON CONFLICT DO NOTHING

-- name: record
INSERT INTO task_transition (organisation_id, task_id, at, from_status, to_status, action, clock_run, clock, step)
SELECT organisation_id, task_id, %(now)s, status, status, 'escalate', %(clock_run)s, %(clock)s, %(step)s
FROM task WHERE task_id = %(task_id)s

-- name: escalations
SELECT clock, step, level, at, ARRAY(
    SELECT name FROM staff WHERE staff_id = ANY(told) ORDER BY name) AS told, sent, waiting, retried, failed
FROM escalation_delivery
WHERE task_id = %(task_id)s
ORDER BY at, clock_run, clock, step
