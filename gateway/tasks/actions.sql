-- name: lock
SELECT FROM task WHERE task_id = %(task_id)s FOR NO KEY UPDATE

-- name: change
-- `next_at` is now: what time does to the task is found anew. What a person does is an answer to escalation.
UPDATE task SET status = %(status)s, owner_id = %(owner_id)s, offered_to_id = %(offered_to_id)s,
    proposed_outcome = %(proposed_outcome)s, snoozed_until = %(snoozed_until)s, version = version + 1,
    acknowledged_at = CASE WHEN %(owner_id)s::int IS NULL THEN NULL
        WHEN owner_id = %(owner_id)s THEN acknowledged_at ELSE %(now)s END,
    resolve_by = CASE WHEN priority = 'routine' THEN greatest(resolve_by, %(snoozed_until)s) ELSE resolve_by END,
    acted_at = CASE WHEN %(staff_id)s::int IS NULL THEN acted_at ELSE %(now)s END,
    lapses_at = %(lapses_at)s,
    next_at = CASE WHEN %(is_open)s THEN %(now)s::timestamptz END
WHERE task_id = %(task_id)s

-- name: answer
UPDATE task SET acted_at = %(now)s, next_at = %(now)s,
    lapses_at = CASE WHEN owner_id = %(staff_id)s THEN NULL ELSE lapses_at END
WHERE task_id = %(task_id)s

-- name: record
INSERT INTO task_transition (organisation_id, task_id, at, staff_id, from_status, to_status, action, outcome, note,
    other_id, until)
SELECT organisation_id, task_id, %(now)s, %(staff_id)s, %(from_status)s, %(status)s, %(action)s, %(outcome)s, %(note)s,
    %(other_id)s, %(snoozed_until)s
FROM task
WHERE task_id = %(task_id)s
