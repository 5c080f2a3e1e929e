-- name: read
SELECT
    (SELECT count(*) FROM due) AS due,
    COALESCE((SELECT extract(epoch FROM %(now)s - min(appended_at)) FROM due), 0)::float8 AS evaluation_lag_s,
    COALESCE((SELECT extract(epoch FROM %(now)s - min(waiting_since)) FROM hub), 0)::float8 AS oldest_unreceipted_s,
    (SELECT COALESCE(sum(upper(hole) - lower(hole)), 0)::bigint FROM position_gap, unnest(missing) AS hole)
        AS positions_missing,
    COALESCE((SELECT extract(epoch FROM %(now)s - min(next_at)) FROM task
        WHERE next_at <= %(now)s AND next_at > 'epoch'), 0)::float8 AS clocks_lag_s,
    (SELECT count(*) FROM task
        WHERE due_at <= %(now)s AND is_open(status))
        AS tasks_overdue,
    (SELECT count(DISTINCT patient_id) FROM unjudged) AS patients_unjudged,
    (SELECT count(*) FROM quarantine WHERE state = 'open') AS quarantined,
    (SELECT count(*) FILTER (WHERE online) FROM hub) AS hubs_online,
    (SELECT count(*) FROM stalled_hub JOIN hub USING (hub_id)
        WHERE since < %(stalled_since)s AND status_at >= %(silent_since)s) AS hubs_stalled,
    (SELECT count(*) FROM notification WHERE state = 'failed') AS notifications_failed,
    COALESCE((SELECT extract(epoch FROM %(now)s - min(made_at)) FROM notification WHERE state = 'waiting'), 0)::float8
        AS oldest_notification_s
