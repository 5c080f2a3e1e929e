-- name: keep_status
UPDATE hub SET online = %(online)s, status_at = GREATEST(status_at, %(heard_at)s),
    heard_since = CASE WHEN %(online)s AND (NOT online OR status_at IS NULL OR status_at < %(silent_since)s) THEN %(now)s
        ELSE heard_since END,
    status = CASE WHEN %(online)s THEN %(status)s::jsonb ELSE status END,
    waiting_since = CASE WHEN NOT %(online)s THEN waiting_since WHEN %(waiting)s > 0 THEN COALESCE(waiting_since, %(now)s) END
WHERE name = %(name)s

-- name: missing
SELECT unnest(int8multirange(int8range(1, %(receipted)s, '[]')) - r.held)
FROM hub_run r JOIN hub USING (hub_id) WHERE hub.name = %(name)s AND r.epoch = %(epoch)s

-- name: keep_assigned
-- A hub's epoch is known from its first status on: also one of which nothing ever arrives. A hub has so many.
WITH known AS (
    UPDATE hub_run SET assigned_upto = GREATEST(assigned_upto, %(assigned)s)
    FROM hub
    WHERE hub.hub_id = hub_run.hub_id AND hub.name = %(name)s AND epoch = %(epoch)s
    RETURNING hub_run
)
INSERT INTO hub_run (hub_id, epoch, assigned_upto)
SELECT hub_id, %(epoch)s, %(assigned)s FROM hub WHERE name = %(name)s AND NOT EXISTS (SELECT FROM known)
    AND (SELECT count(*) < %(most)s FROM hub_run WHERE hub_run.hub_id = hub.hub_id)
ON CONFLICT DO NOTHING

-- name: standing
SELECT used_twice, COALESCE(upper(held), 1) - 1
FROM hub_run JOIN hub USING (hub_id) WHERE hub.name = %(name)s AND epoch = %(epoch)s
