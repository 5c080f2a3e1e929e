-- name: rewrite
-- What is as it was is left alone: most days of a patient whose reading came late.
WITH changed AS (
    SELECT patient_id, organisation_id, time_zone, date_trunc('day', since, time_zone) AS since
    FROM unnest(%(patient_ids)s::int[], %(sinces)s::timestamptz[]) AS changed (patient_id, since)
    JOIN patient USING (patient_id)
), fresh AS (
    SELECT changed.patient_id, (v.measured_at AT TIME ZONE changed.time_zone)::date AS day, v.vital,
        changed.organisation_id, count(*)::int AS readings, count(*) FILTER (WHERE v.flags <> 0)::int AS flagged,
        avg(v.value)::real AS mean, min(v.value) AS low, max(v.value) AS high
    FROM changed
    JOIN assigned AS mine USING (patient_id)
    CROSS JOIN LATERAL (
        SELECT *
        FROM standing_value
        WHERE standing_value.source_id = mine.source_id AND measured_at >= %(oldest)s
            AND measured_at >= changed.since AND measured_at >= mine.since AND measured_at < mine.until
    ) AS v
    GROUP BY changed.patient_id, day, v.vital, changed.organisation_id
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
