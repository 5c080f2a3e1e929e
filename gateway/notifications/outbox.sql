-- name: notify
INSERT INTO notification (organisation_id, key, kind, task_id, channel, staff_id, made_at, next_attempt_at)
SELECT %(organisation_id)s, %(key)s, %(kind)s, %(task_id)s, channel, staff_id, %(now)s, %(now)s
FROM (
    SELECT 'email' AS channel, staff_id
    FROM staff
    WHERE organisation_id = %(organisation_id)s AND staff_id = ANY(%(staff_ids)s) AND deactivated_at IS NULL
    UNION ALL
    SELECT 'webhook', NULL) AS told
ON CONFLICT DO NOTHING

-- name: take
-- The most pressing first. Until its lease ends nobody else takes it; who dies meanwhile leaves it to be taken again.
UPDATE notification
SET attempts = attempts + 1, next_attempt_at = %(lease_until)s
FROM (
    SELECT notification_id
    FROM notification
    LEFT JOIN task USING (task_id)
    WHERE state = 'waiting' AND next_attempt_at <= %(now)s AND notification_id <> ALL(%(resting)s)
    ORDER BY array_position(%(ranked)s::text[], priority), next_attempt_at
    LIMIT %(limit)s
    FOR UPDATE OF notification SKIP LOCKED) AS taken
WHERE notification.notification_id = taken.notification_id
RETURNING notification.notification_id

-- name: get
SELECT notification_id, organisation_id, kind, task_id, channel, made_at, attempts,
    (SELECT email FROM staff WHERE staff.staff_id = notification.staff_id AND deactivated_at IS NULL) AS email
FROM notification
WHERE notification_id = %(notification_id)s

-- name: settle
UPDATE notification SET state = %(state)s, settled_at = %(now)s, problem = %(problem)s
WHERE notification_id = %(notification_id)s AND state = 'waiting'
RETURNING task_id IS NOT NULL AND staff_id IS NOT NULL

-- name: postpone
UPDATE notification SET next_attempt_at = %(next_attempt_at)s, problem = %(problem)s
WHERE notification_id = %(notification_id)s AND state = 'waiting'
RETURNING task_id IS NOT NULL AND staff_id IS NOT NULL

-- name: unsent
-- Given up, or failed so far. It stands until the same person, or the programs, is reached by the same way.
SELECT count(*) AS messages, min(made_at) AS since, mode() WITHIN GROUP (ORDER BY problem) AS problem,
    count(DISTINCT problem) AS problems
FROM notification AS unsent
LEFT JOIN staff USING (staff_id)
WHERE unsent.organisation_id = %(organisation_id)s AND (state = 'failed' OR state = 'waiting' AND problem IS NOT NULL)
    AND deactivated_at IS NULL
    AND NOT EXISTS (
        SELECT FROM notification AS later
        WHERE later.organisation_id = unsent.organisation_id AND later.channel = unsent.channel
            AND COALESCE(later.staff_id, 0) = COALESCE(unsent.staff_id, 0) AND later.state = 'sent'
            AND later.settled_at > unsent.made_at)
HAVING count(*) > 0

-- name: in_trouble
SELECT notification_id, kind, task_id, channel, staff.name AS staff_name, made_at, attempts, state, problem,
    CASE state WHEN 'waiting' THEN next_attempt_at END AS next_attempt_at
FROM notification
LEFT JOIN staff USING (staff_id)
WHERE notification.organisation_id = %(organisation_id)s
    AND (state = 'failed' OR state = 'waiting' AND problem IS NOT NULL)
    AND (%(before_made_at)s::timestamptz IS NULL
        OR (made_at, notification_id) < (%(before_made_at)s::timestamptz, %(before_id)s::uuid))
ORDER BY made_at DESC, notification_id DESC
LIMIT %(limit)s

-- name: try_again
UPDATE notification SET state = 'waiting', settled_at = NULL, problem = NULL, next_attempt_at = %(now)s
WHERE organisation_id = %(organisation_id)s AND notification_id = %(notification_id)s AND state = 'failed'
