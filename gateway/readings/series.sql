-- name: buckets
-- Days, weeks and months are those of the patient's zone, however long summer time makes them.
-- One range of the index for each assignment, as in `history.sql`.
SELECT starts_at, vital, readings, flagged, mean, low, high
FROM (
    SELECT date_trunc(%(bucket)s, v.measured_at, %(zone)s) AS starts_at, v.vital, count(*) AS readings,
        count(*) FILTER (WHERE v.flags <> 0) AS flagged, avg(v.value) AS mean, min(v.value) AS low,
        max(v.value) AS high, dense_rank() OVER (ORDER BY date_trunc(%(bucket)s, v.measured_at, %(zone)s) DESC) AS nth
    FROM assigned AS mine
    CROSS JOIN LATERAL (
        SELECT *
        FROM standing_value
        WHERE standing_value.source_id = mine.source_id
            AND measured_at >= mine.since AND measured_at < mine.until
            AND measured_at >= COALESCE(%(since)s::timestamptz, '-infinity')
            AND measured_at < COALESCE(%(until)s::timestamptz, 'infinity')
    ) AS v
    WHERE mine.patient_id = %(patient_id)s
    GROUP BY 1, 2
) AS bucketed
WHERE nth <= %(limit)s
ORDER BY starts_at DESC, vital
