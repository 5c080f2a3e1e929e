-- name: not_repeated
WITH over AS (
    UPDATE task SET repeat_state = 'not-repeated', version = version + 1
    WHERE task_id IN (
        SELECT task_id FROM task WHERE repeat_state = 'asked' AND repeat_until <= %(now)s
        ORDER BY task_id FOR UPDATE SKIP LOCKED)
    RETURNING task_id, organisation_id, status
)
INSERT INTO task_transition (organisation_id, task_id, at, from_status, to_status, note)
SELECT organisation_id, task_id, %(now)s, status, status, %(note)s FROM over
WHERE is_open(status)
RETURNING task_id

-- name: unwatched
-- Tasks whose moment has passed and nobody looked; by organisation.
SELECT organisation_id, min(next_at)
FROM task
WHERE next_at <= %(waiting_since)s AND next_at > 'epoch' AND NOT EXISTS (
    SELECT FROM set_aside WHERE role = 'escalate' AND kind = 'task' AND item = task_id::text)
GROUP BY organisation_id

-- name: stalled
-- Hubs that are connected while nothing of what waits there arrives; by organisation.
SELECT hub.organisation_id, min(since)
FROM stalled_hub
JOIN hub USING (hub_id)
WHERE since <= %(waiting_since)s AND status_at > %(waiting_since)s
GROUP BY hub.organisation_id

-- name: lagging
-- The first upload of a patient that waits, whatever of others waits before it, and looks by the clock.
SELECT organisation_id, min(since)
FROM (
    SELECT organisation_id, first.appended_at AS since
    FROM organisation
    CROSS JOIN LATERAL (
        SELECT appended_at
        FROM due
        JOIN source USING (source_id)
        WHERE source.organisation_id = organisation.organisation_id AND appended_at <= %(waiting_since)s
            AND EXISTS (
                SELECT FROM assignment a
                WHERE a.source_id = due.source_id AND a.period && tstzrange(due.since, NULL))
        ORDER BY due_id
        LIMIT 1
    ) AS first
    UNION ALL
    SELECT organisation_id, min(next_due_at) FROM patient_state
    WHERE next_due_at <= %(waiting_since)s AND NOT EXISTS (
        SELECT FROM set_aside
        WHERE role = 'evaluate' AND kind = 'patient' AND set_aside.patient_id = patient_state.patient_id)
    GROUP BY organisation_id
) AS waiting
GROUP BY organisation_id

-- name: set_aside
SELECT organisation_id, min(first_at)
FROM set_aside
WHERE organisation_id IS NOT NULL AND first_at <= %(waiting_since)s AND first_at > COALESCE((
    SELECT max(raised_at) FROM task
    WHERE task.organisation_id = set_aside.organisation_id AND condition = 'set-aside'), '-infinity') - %(lags_after)s::interval
GROUP BY organisation_id

-- name: rule_sets
SELECT name, digest FROM rule_set_in_force FOR UPDATE

-- name: keep_rule_set
INSERT INTO rule_set_in_force (name, version, digest, since) VALUES (%(name)s, %(version)s, %(digest)s, %(now)s)
ON CONFLICT (name) DO UPDATE SET version = excluded.version, digest = excluded.digest, since = excluded.since

-- name: enrolled
SELECT patient_id FROM enrolment WHERE programme = %(name)s ORDER BY patient_id

-- name: patient_of_limit
SELECT organisation_id FROM patient WHERE patient_id = %(patient_id)s
