-- name: keep_status
UPDATE hub SET online = %(online)s, status_at = GREATEST(status_at, %(heard_at)s),
    status = CASE WHEN %(online)s THEN %(status)s::jsonb ELSE status END,
    waiting_since = CASE WHEN NOT %(online)s THEN waiting_since WHEN %(waiting)s > 0 THEN COALESCE(waiting_since, %(now)s) END
WHERE name = %(name)s

-- name: missing
SELECT unnest(int8multirange(int8range(1, %(receipted)s, '[]')) - r.held)
FROM hub_run r JOIN hub USING (hub_id) WHERE hub.name = %(name)s AND r.epoch = %(epoch)s
