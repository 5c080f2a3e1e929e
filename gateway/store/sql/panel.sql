-- name: latest
-- The newest values of each source, from its newest chunk on: no more is read however long the history is.
SELECT DISTINCT ON (mine.patient_id, newest.vital) mine.patient_id, newest.vital, newest.value, newest.measured_at,
    newest.flags
FROM (
    SELECT patient_id, source_id, COALESCE(lower(period), '-infinity') AS since,
        COALESCE(upper(period), 'infinity') AS until
    FROM assignment
    WHERE patient_id = ANY(%(patient_ids)s)
) AS mine
CROSS JOIN LATERAL (
    SELECT *
    FROM standing_value
    WHERE standing_value.source_id = mine.source_id AND measured_at >= mine.since AND measured_at < mine.until
    ORDER BY measured_at DESC
    LIMIT %(newest)s
) AS newest
ORDER BY mine.patient_id, newest.vital, newest.measured_at DESC
