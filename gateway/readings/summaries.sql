-- name: rewrite
-- What is as it was is left alone: most days of a patient whose reading came late.
WITH changed AS (
    SELECT patient_id, organisation_id, time_zone, date_trunc('day', since, time_zone) AS since
    FROM unnest(%(patient_ids)s::int[], %(sinces)s::timestamptz[]) AS changed (patient_id, since)
    JOIN patient USING (patient_id)
), day AS (
    SELECT changed.patient_id, (r.measured_at AT TIME ZONE changed.time_zone)::date AS day, changed.organisation_id,
            ARRAY[count(systolic_bp), count(systolic_bp) FILTER (WHERE flags <> 0), avg(systolic_bp), min(systolic_bp), max(systolic_bp)] AS systolic_bp,
            ARRAY[count(diastolic_bp), count(diastolic_bp) FILTER (WHERE flags <> 0), avg(diastolic_bp), min(diastolic_bp), max(diastolic_bp)] AS diastolic_bp,
            ARRAY[count(mean_arterial_pressure), count(mean_arterial_pressure) FILTER (WHERE flags <> 0), avg(mean_arterial_pressure), min(mean_arterial_pressure), max(mean_arterial_pressure)] AS mean_arterial_pressure,
            ARRAY[count(pulse_rate), count(pulse_rate) FILTER (WHERE flags <> 0), avg(pulse_rate), min(pulse_rate), max(pulse_rate)] AS pulse_rate,
            ARRAY[count(body_weight), count(body_weight) FILTER (WHERE flags <> 0), avg(body_weight), min(body_weight), max(body_weight)] AS body_weight,
            ARRAY[count(blood_glucose), count(blood_glucose) FILTER (WHERE flags <> 0), avg(blood_glucose), min(blood_glucose), max(blood_glucose)] AS blood_glucose,
            ARRAY[count(spo2), count(spo2) FILTER (WHERE flags <> 0), avg(spo2), min(spo2), max(spo2)] AS spo2,
            ARRAY[count(body_temperature), count(body_temperature) FILTER (WHERE flags <> 0), avg(body_temperature), min(body_temperature), max(body_temperature)] AS body_temperature,
            ARRAY[count(body_fat), count(body_fat) FILTER (WHERE flags <> 0), avg(body_fat), min(body_fat), max(body_fat)] AS body_fat
    FROM changed
    JOIN assigned AS mine USING (patient_id)
    CROSS JOIN LATERAL (
        SELECT *
        FROM standing_reading
        WHERE standing_reading.source_id = mine.source_id AND measured_at >= %(oldest)s
            AND measured_at >= changed.since AND measured_at >= mine.since AND measured_at < mine.until
    ) AS r
    GROUP BY changed.patient_id, day, changed.organisation_id
), fresh AS (
    SELECT patient_id, day, v.vital, organisation_id, v.said[1]::int AS readings, v.said[2]::int AS flagged,
        v.said[3]::real AS mean, v.said[4]::real AS low, v.said[5]::real AS high
    FROM day
    CROSS JOIN LATERAL (VALUES
        ('systolic_bp', systolic_bp),
        ('diastolic_bp', diastolic_bp),
        ('mean_arterial_pressure', mean_arterial_pressure),
        ('pulse_rate', pulse_rate),
        ('body_weight', body_weight),
        ('blood_glucose', blood_glucose),
        ('spo2', spo2),
        ('body_temperature', body_temperature),
        ('body_fat', body_fat)
    ) AS v (vital, said)
    WHERE v.said[1] > 0
), gone AS (
    DELETE FROM daily_summary AS old
    USING changed
    WHERE old.patient_id = changed.patient_id AND old.day >= (changed.since AT TIME ZONE changed.time_zone)::date
        AND NOT EXISTS (
            SELECT FROM fresh
            WHERE fresh.patient_id = old.patient_id AND fresh.day = old.day AND fresh.vital = old.vital)
)
INSERT INTO daily_summary AS old (patient_id, day, vital, organisation_id, readings, flagged, mean, low, high)
SELECT patient_id, day, vital, organisation_id, readings, flagged, mean, low, high FROM fresh
ON CONFLICT (patient_id, day, vital) DO UPDATE
SET readings = excluded.readings, flagged = excluded.flagged, mean = excluded.mean, low = excluded.low,
    high = excluded.high
WHERE (old.readings, old.flagged, old.mean, old.low, old.high)
    IS DISTINCT FROM (excluded.readings, excluded.flagged, excluded.mean, excluded.low, excluded.high)

-- name: of_patient
SELECT day, vital, readings, flagged, mean, low, high
FROM daily_summary
WHERE patient_id = %(patient_id)s AND day >= %(since)s AND day < %(until)s
ORDER BY day, vital
