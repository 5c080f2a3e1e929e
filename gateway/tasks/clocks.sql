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

-- name: calendars
SELECT care_team_id, time_zone,
    ARRAY(SELECT ARRAY[weekday, opens, closes] FROM team_hours AS opening
          WHERE opening.care_team_id = team_plan.care_team_id ORDER BY weekday, opens) AS hours,
    ARRAY(SELECT day FROM team_holiday AS holiday WHERE holiday.care_team_id = team_plan.care_team_id) AS holidays
FROM team_plan
WHERE care_team_id = ANY(%(care_team_ids)s)
