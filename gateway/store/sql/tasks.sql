-- name: find_tasks
SELECT task_id, task.patient_id, identifier, family_name, given_name, birth_date, time_zone, condition, rule_id,
    rule_version, rule_source, title, reason, steps, priority, status, version, measured_at, raised_at, owner_id,
    owner.name AS owner_name, previous_task_id
FROM task
JOIN reach ON reach.patient_id = task.patient_id AND reach.staff_id = %(staff_id)s
JOIN patient ON patient.patient_id = task.patient_id
LEFT JOIN staff AS owner ON owner.staff_id = owner_id
CROSS JOIN LATERAL (SELECT array_position(%(ranked)s::text[], priority) - 1 AS rank) AS ranked
WHERE (NOT %(open_only)s OR status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold'))
    AND (%(task_id)s::int IS NULL OR task_id = %(task_id)s)
    AND (%(patient_id)s::int IS NULL OR task.patient_id = %(patient_id)s)
    AND (%(rule_id)s::text IS NULL OR rule_id = %(rule_id)s)
    AND (%(after_rank)s::int IS NULL
        OR (rank, raised_at, task_id) > (%(after_rank)s::int, %(after_raised_at)s::timestamptz, %(after_task_id)s::int))
ORDER BY rank, raised_at, task_id
LIMIT %(limit)s

-- name: count_open
SELECT priority, count(*), count(*) FILTER (WHERE owner_id = %(staff_id)s)
FROM task
JOIN reach ON reach.patient_id = task.patient_id AND reach.staff_id = %(staff_id)s
WHERE status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold')
GROUP BY priority

-- name: lock_task
SELECT task_id FROM task WHERE task_id = %(task_id)s FOR UPDATE

-- name: change_task
UPDATE task SET status = %(to_status)s, owner_id = %(owner_id)s, version = version + 1 WHERE task_id = %(task_id)s

-- name: transitions
SELECT at, staff.name AS staff_name, from_status, to_status, outcome, note
FROM task_transition
LEFT JOIN staff USING (staff_id)
WHERE task_id = %(task_id)s
ORDER BY task_transition_id

-- name: record_transition
INSERT INTO task_transition (organisation_id, task_id, at, staff_id, from_status, to_status, outcome, note)
SELECT organisation_id, task_id, %(now)s, %(staff_id)s, %(from_status)s, %(to_status)s, %(outcome)s, %(note)s
FROM task
WHERE task_id = %(task_id)s

-- name: notify
SELECT pg_notify(%(channel)s, '')
