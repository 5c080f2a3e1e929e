-- name: latest
-- The newest values of each source, from its newest chunk on: no more is read however long the history is.
SELECT DISTINCT ON (mine.patient_id, newest.vital) mine.patient_id, newest.vital, newest.value, newest.measured_at,
    newest.flags
FROM assigned AS mine
CROSS JOIN LATERAL (
    SELECT *
    FROM standing_value
    WHERE standing_value.source_id = mine.source_id AND measured_at >= mine.since AND measured_at < mine.until
    ORDER BY measured_at DESC
    LIMIT %(newest)s
) AS newest
WHERE mine.patient_id = ANY(%(patient_ids)s)
ORDER BY mine.patient_id, newest.vital, newest.measured_at DESC
