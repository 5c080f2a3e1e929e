-- name: notify
INSERT INTO notification (organisation_id, key, kind, task_id, channel, staff_id, made_at, next_attempt_at)
SELECT %(organisation_id)s, %(key)s, %(kind)s, %(task_id)s, 'email', staff_id, %(now)s, %(now)s
FROM staff
WHERE organisation_id = %(organisation_id)s AND staff_id = ANY(%(staff_ids)s)
UNION ALL
SELECT %(organisation_id)s, %(key)s, %(kind)s, %(task_id)s, 'webhook', NULL, %(now)s, %(now)s
ON CONFLICT DO NOTHING
