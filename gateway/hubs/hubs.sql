-- name: lock_broker_access
SELECT pg_advisory_xact_lock(7326002)

-- name: add_hub
INSERT INTO hub (organisation_id, name, broker_password_hash)
VALUES (%(organisation_id)s, %(name)s, %(password_hash)s)

-- name: set_password
UPDATE hub SET broker_password_hash = %(password_hash)s
WHERE organisation_id = %(organisation_id)s AND name = %(name)s

-- name: broker_passwords
SELECT name, broker_password_hash FROM hub ORDER BY name

-- name: find_hub
SELECT hub_id FROM hub WHERE organisation_id = %(organisation_id)s AND name = %(name)s

-- name: all_hubs
SELECT hub_id, name, online, status_at, status
FROM hub
WHERE organisation_id = %(organisation_id)s AND name > %(after)s
ORDER BY name
LIMIT %(limit)s

-- name: count_hubs
SELECT count(*) AS hubs, count(*) FILTER (WHERE is_away OR has_problems) AS needing,
    count(*) FILTER (WHERE is_away AND NOT has_problems) AS away,
    max(status_at) FILTER (WHERE is_away AND NOT has_problems) AS away_heard_at
FROM hub
LEFT JOIN stalled_hub AS stalled ON stalled.hub_id = hub.hub_id AND since < %(stalled_since)s
CROSS JOIN LATERAL (SELECT COALESCE(NOT online OR status_at < %(silent_since)s, true) AS is_away) AS presence
CROSS JOIN LATERAL (
    SELECT jsonb_array_length(COALESCE(status -> 'problems', '[]')) > 0 OR (NOT is_away AND since IS NOT NULL)
        AS has_problems) AS standing
WHERE hub.organisation_id = %(organisation_id)s

-- name: hubs_in_need
SELECT name, online, status_at, COALESCE(status -> 'problems', '[]') AS problems,
    CASE WHEN status_at >= %(silent_since)s THEN since END AS stalled_since
FROM hub
LEFT JOIN stalled_hub AS stalled ON stalled.hub_id = hub.hub_id AND since < %(stalled_since)s
WHERE hub.organisation_id = %(organisation_id)s
    AND (NOT online OR status_at < %(silent_since)s OR jsonb_array_length(COALESCE(status -> 'problems', '[]')) > 0
        OR since IS NOT NULL)
ORDER BY COALESCE(status_at >= %(silent_since)s AND since IS NOT NULL, false) DESC,
    jsonb_array_length(COALESCE(status -> 'problems', '[]')) DESC, status_at DESC NULLS LAST, name
LIMIT %(limit)s

-- name: runs
SELECT hub_id, epoch, held FROM hub_run WHERE hub_id = ANY(%(hub_ids)s) ORDER BY hub_id, hub_run
