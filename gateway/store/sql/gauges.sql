-- name: read
-- A receipt follows the commit, so a receipted position that is not held is lost, as is a hole in an epoch that ended.
SELECT
    (SELECT count(*) FROM due) AS due,
    COALESCE((SELECT extract(epoch FROM %(now)s - min(appended_at)) FROM due), 0)::float8 AS evaluation_lag_s,
    COALESCE((SELECT extract(epoch FROM %(now)s - min(waiting_since)) FROM hub), 0)::float8 AS oldest_unreceipted_s,
    (SELECT COALESCE(sum(upper(hole) - lower(hole)), 0)::bigint
     FROM hub_run
     JOIN hub USING (hub_id)
     CROSS JOIN LATERAL (SELECT CASE
        WHEN (hub.status ->> 'epoch')::bigint = hub_run.epoch THEN (hub.status ->> 'receipted')::bigint
        ELSE upper(hub_run.held) - 1 END AS last) AS known
     CROSS JOIN LATERAL unnest(int8multirange(int8range(1, GREATEST(known.last, 0) + 1)) - hub_run.held) AS hole
    ) AS positions_missing,
    (SELECT count(*) FROM quarantine WHERE state = 'open') AS quarantined,
    (SELECT count(*) FILTER (WHERE online) FROM hub) AS hubs_online
