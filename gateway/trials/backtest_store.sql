-- name: count
SELECT count(*) FROM enrolment JOIN reach USING (patient_id) WHERE staff_id = %(staff_id)s AND programme = %(programme)s

-- name: confirmed
SELECT source_id, tie, measured_at FROM reading_correction
WHERE patient_id = ANY(%(patient_ids)s) AND taken_at IS NULL AND withdrawn_at IS NOT NULL

-- name: arrivals
-- In order of arrival. An event that nothing says of when it was received is taken to arrive when it happens.
-- Of what changes are held against, also the last days that have any before.
SELECT a.patient_id, r.* FROM assignment a
JOIN patient p USING (patient_id)
CROSS JOIN LATERAL (
    SELECT array_agg(day) AS days
    FROM unnest(%(known_before)s::text[]) AS wanted (vital)
    CROSS JOIN LATERAL (
        SELECT day FROM daily_summary AS summary
        WHERE summary.patient_id = a.patient_id AND summary.vital = wanted.vital
            AND day <= (%(since)s AT TIME ZONE p.time_zone)::date
        ORDER BY day DESC LIMIT %(known_days)s
    ) AS each
) AS known
CROSS JOIN LATERAL (
    SELECT source_id, tie, measured_at, measured_at + make_interval(secs => delay_s) AS at, flags, NULL AS event,
        {vitals}, absent
    FROM standing_reading
    WHERE source_id = a.source_id AND a.period @> measured_at
        AND measured_at >= least(%(since)s, (SELECT min(day) FROM unnest(known.days) AS day)::timestamp AT TIME ZONE p.time_zone)
        AND (measured_at >= %(since)s OR (measured_at AT TIME ZONE p.time_zone)::date = ANY(known.days))
    UNION ALL
    SELECT source_id, tie, occurred_at, occurred_at + make_interval(secs => coalesce(delay_s, 0)), 0, kind,
        {vitals: NULL}, NULL
    FROM event
    WHERE source_id = a.source_id AND occurred_at >= %(since)s AND a.period @> occurred_at
) r
WHERE a.patient_id = ANY(%(patient_ids)s)
ORDER BY a.patient_id, r.at, r.measured_at, r.source_id, r.tie
