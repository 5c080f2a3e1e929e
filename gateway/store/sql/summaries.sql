-- name: forget
DELETE FROM daily_summary
USING unnest(%(patient_ids)s::int[], %(sinces)s::timestamptz[]) AS changed (patient_id, since)
JOIN patient USING (patient_id)
WHERE daily_summary.patient_id = changed.patient_id
    AND day >= (changed.since AT TIME ZONE patient.time_zone)::date

-- name: summarise
INSERT INTO daily_summary (patient_id, day, vital, organisation_id, readings, flagged, mean, low, high)
SELECT patient.patient_id, (v.measured_at AT TIME ZONE patient.time_zone)::date AS day, v.vital,
    patient.organisation_id, count(*), count(*) FILTER (WHERE v.flags <> 0), avg(v.value), min(v.value), max(v.value)
FROM unnest(%(patient_ids)s::int[], %(sinces)s::timestamptz[]) AS changed (patient_id, since)
JOIN patient USING (patient_id)
JOIN assignment USING (patient_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM standing_value
    WHERE standing_value.source_id = assignment.source_id AND measured_at >= %(oldest)s
        AND measured_at >= date_trunc('day', changed.since, patient.time_zone)
        AND measured_at >= COALESCE(lower(assignment.period), '-infinity')
        AND measured_at < COALESCE(upper(assignment.period), 'infinity')
) AS v
GROUP BY patient.patient_id, day, v.vital

-- name: of_patient
SELECT day, vital, readings, flagged, mean, low, high
FROM daily_summary
WHERE patient_id = %(patient_id)s AND day >= %(since)s AND day < %(until)s
ORDER BY day, vital
