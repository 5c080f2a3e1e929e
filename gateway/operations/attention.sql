-- name: quarantine_reasons
SELECT reason, count(*) AS messages
FROM quarantined_message
WHERE (organisation_id = %(organisation_id)s OR organisation_id IS NULL) AND state = 'open'
GROUP BY reason
ORDER BY messages DESC, reason

-- name: waiting
SELECT count(*) AS due, min(since) AS oldest_since
FROM due
JOIN source USING (source_id)
WHERE source.organisation_id = %(organisation_id)s
    AND EXISTS (
        SELECT FROM assignment
        WHERE assignment.source_id = due.source_id AND assignment.period && tstzrange(due.since, NULL))
