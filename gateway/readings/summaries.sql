-- name: rewrite
-- What is as it was is left alone: most days of a patient whose reading came late.
WITH changed AS (
    SELECT patient_id, organisation_id, time_zone, date_trunc('day', since, time_zone) AS since
    FROM unnest(%(patient_ids)s::int[], %(sinces)s::timestamptz[]) AS changed (patient_id, since)
    JOIN patient USING (patient_id)
), day AS (
    SELECT changed.patient_id, (r.measured_at AT TIME ZONE changed.time_zone)::date AS day, changed.organisation_id,
        {vitals: ARRAY[count($), count($) FILTER (WHERE flags <> 0), avg($), min($), max($)] AS $}
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
    CROSS JOIN LATERAL (VALUES {vitals: ('$', $)}) AS v (vital, said)
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
