-- name: quarantined
SELECT quarantine_id, received_at, topic, reason, first_position, last_position, length(payload) AS size
FROM quarantine
LEFT JOIN hub ON hub.name = split_part(topic, '/', 3)
WHERE (hub.organisation_id = %(organisation_id)s OR hub.hub_id IS NULL)
    AND (%(before)s::bigint IS NULL OR quarantine_id < %(before)s)
ORDER BY quarantine_id DESC
LIMIT %(limit)s

-- name: quarantine_reasons
SELECT reason, count(*) AS messages
FROM quarantine
LEFT JOIN hub ON hub.name = split_part(topic, '/', 3)
WHERE hub.organisation_id = %(organisation_id)s OR hub.hub_id IS NULL
GROUP BY reason
ORDER BY messages DESC, reason

-- name: quarantined_payload
SELECT quarantine_id, received_at, topic, reason, first_position, last_position, length(payload), payload
FROM quarantine
LEFT JOIN hub ON hub.name = split_part(topic, '/', 3)
WHERE (hub.organisation_id = %(organisation_id)s OR hub.hub_id IS NULL) AND quarantine_id = %(quarantine_id)s

-- name: waiting
SELECT count(*) AS due, min(since) AS oldest_since
FROM due
JOIN source USING (source_id)
WHERE source.organisation_id = %(organisation_id)s
    AND EXISTS (
        SELECT FROM assignment
        WHERE assignment.source_id = due.source_id AND assignment.period && tstzrange(due.since, NULL))
