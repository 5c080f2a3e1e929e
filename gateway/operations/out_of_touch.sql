-- name: without_data
-- Patients all of whose devices speak through hubs that are away. It begins at those hubs, which are few.
WITH gone AS MATERIALIZED (
    SELECT hub_id, status_at
    FROM hub
    WHERE organisation_id = %(organisation_id)s AND (NOT online OR status_at < %(silent_since)s)
        AND status_at IS NOT NULL)
SELECT care_team_id, count(*), min(status_at)
FROM (
    SELECT assignment.patient_id, min(status_at) AS status_at
    FROM gone
    JOIN source USING (hub_id)
    JOIN assignment USING (source_id)
    WHERE period @> %(now)s
    GROUP BY assignment.patient_id
) AS away
JOIN patient USING (patient_id)
WHERE NOT EXISTS (
    SELECT
    FROM assignment
    JOIN source USING (source_id)
    JOIN hub USING (hub_id)
    WHERE assignment.patient_id = away.patient_id AND period @> %(now)s
        AND hub.online AND hub.status_at >= %(silent_since)s)
GROUP BY care_team_id

-- name: planned
SELECT care_team_id, lead_id FROM team_plan WHERE organisation_id = %(organisation_id)s

-- name: unjudged
-- Who has sent something, whose time has come, and on whom a rule fails. Of a long queue its oldest part says enough.
SELECT care_team_id, patient_id, min(at)
FROM (
    SELECT assignment.patient_id, appended_at AS at
    FROM (
        SELECT source_id, since, appended_at FROM due WHERE appended_at < %(waiting_since)s ORDER BY due_id LIMIT 10000
    ) AS waiting
    JOIN assignment ON assignment.source_id = waiting.source_id AND period && tstzrange(waiting.since, NULL)
    UNION ALL
    SELECT patient_id, next_due_at FROM patient_state WHERE next_due_at < %(waiting_since)s
    UNION ALL
    SELECT patient_id, failed_at FROM unjudged WHERE organisation_id = %(organisation_id)s
) AS missed
JOIN patient USING (patient_id)
WHERE organisation_id = %(organisation_id)s
GROUP BY care_team_id, patient_id
