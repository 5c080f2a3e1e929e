-- name: buckets
-- Days, weeks and months are those of the patient's zone, however long summer time makes them.
-- One range of the index for each assignment, as in `history.sql`.
SELECT starts_at, vital, readings, flagged, mean, low, high
FROM (
    SELECT date_trunc(%(bucket)s, r.measured_at, %(zone)s) AS starts_at, v.vital, count(*) AS readings,
        count(*) FILTER (WHERE r.flags <> 0) AS flagged, avg(v.value) AS mean, min(v.value) AS low,
        max(v.value) AS high, dense_rank() OVER (ORDER BY date_trunc(%(bucket)s, r.measured_at, %(zone)s) DESC) AS nth
    FROM (
        SELECT source_id, COALESCE(lower(period), '-infinity') AS since, COALESCE(upper(period), 'infinity') AS until
        FROM assignment
        WHERE patient_id = %(patient_id)s
    ) AS mine
    CROSS JOIN LATERAL (
        SELECT *
        FROM reading
        WHERE reading.source_id = mine.source_id
            AND measured_at >= mine.since AND measured_at < mine.until
            AND measured_at >= COALESCE(%(since)s::timestamptz, '-infinity')
            AND measured_at < COALESCE(%(until)s::timestamptz, 'infinity')
    ) AS r
    CROSS JOIN LATERAL (VALUES
        ('systolic_bp', r.systolic_bp), ('diastolic_bp', r.diastolic_bp),
        ('mean_arterial_pressure', r.mean_arterial_pressure), ('pulse_rate', r.pulse_rate),
        ('body_weight', r.body_weight), ('blood_glucose', r.blood_glucose), ('spo2', r.spo2),
        ('body_temperature', r.body_temperature), ('body_fat', r.body_fat)
    ) AS v (vital, value)
    WHERE v.value IS NOT NULL
    GROUP BY 1, 2
) AS bucketed
WHERE nth <= %(limit)s
ORDER BY starts_at DESC, vital
