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
