-- name: owner_of_patient
SELECT organisation_id, patient_id FROM patient WHERE patient_id = %(item)s::int

-- name: owner_of_limits
SELECT organisation_id, patient_id FROM patient WHERE patient_id = %(item)s::int

-- name: owner_of_task
SELECT organisation_id, patient_id FROM task WHERE task_id = %(item)s::int

-- name: owner_of_notification
SELECT organisation_id, NULL::int FROM notification WHERE notification_id = %(item)s::uuid

-- name: owner_of_organisation
SELECT organisation_id, NULL::int FROM organisation WHERE organisation_id = %(item)s::int

-- name: owner_of_message
SELECT organisation_id, NULL::int FROM hub WHERE name = split_part(%(item)s, '/', 3)

-- name: owner_of_chore
SELECT NULL::int, NULL::int

-- name: set_aside
INSERT INTO set_aside AS known
    (role, kind, item, organisation_id, patient_id, reason, first_at, last_at, attempts, next_at)
VALUES (%(role)s, %(kind)s, %(item)s, %(organisation_id)s, %(patient_id)s, %(reason)s, %(now)s, %(now)s, 1,
    %(now)s + %(first)s::interval)
ON CONFLICT (role, kind, item) DO UPDATE
SET reason = excluded.reason, last_at = excluded.last_at, attempts = known.attempts + 1,
    next_at = excluded.last_at + least(%(longest)s::interval, %(first)s::interval * 2 ^ least(known.attempts, 20))
RETURNING next_at

-- name: resting
SELECT item FROM set_aside WHERE role = %(role)s AND kind = %(kind)s AND next_at > %(now)s

-- name: well
DELETE FROM set_aside WHERE role = %(role)s AND kind = %(kind)s AND item = ANY(%(items)s)

-- name: forget
DELETE FROM set_aside WHERE next_at < %(before)s

-- name: list_set_aside
SELECT role, kind, item, patient_id, reason, first_at, attempts, next_at
FROM set_aside
WHERE organisation_id = %(organisation_id)s OR organisation_id IS NULL
ORDER BY first_at, role, kind, item
LIMIT %(limit)s

-- name: count_set_aside
SELECT role, count(*) FROM set_aside
WHERE organisation_id = %(organisation_id)s OR organisation_id IS NULL
GROUP BY role
ORDER BY role

-- name: count_by_role
SELECT role, count(*) FROM set_aside GROUP BY role ORDER BY role

-- name: role_ended
INSERT INTO role_end AS known (role, since, last_at, times, reason)
VALUES (%(role)s, %(now)s, %(now)s, 1, %(reason)s)
ON CONFLICT (role) DO UPDATE
SET since = CASE WHEN known.last_at < %(well_since)s THEN excluded.since ELSE known.since END,
    times = CASE WHEN known.last_at < %(well_since)s THEN 1 ELSE known.times + 1 END,
    last_at = excluded.last_at, reason = excluded.reason

-- name: role_ends
SELECT role, since, times, reason FROM role_end WHERE last_at >= %(well_since)s ORDER BY role
