-- name: to_start
SELECT task_id, priority, organisation_id, care_team_id
FROM task
WHERE task_id = ANY(%(task_ids)s)

-- name: start
-- Whoever has a task that became more pressing has to do something again, or the claim lapses.
UPDATE task SET acknowledge_by = %(acknowledge_by)s, resolve_by = %(resolve_by)s, clock_since = %(now)s,
    clock_run = clock_run + (clock_since IS NOT NULL)::int, next_at = %(now)s,
    lapses_at = CASE WHEN status IN ('accepted', 'in-progress') THEN %(lapses_at)s END
WHERE task_id = %(task_id)s
RETURNING clock_run, owner_id
