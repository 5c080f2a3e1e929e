-- name: count
SELECT count(*) FROM enrolment JOIN reach USING (patient_id) WHERE staff_id = %(staff_id)s AND programme = %(programme)s

-- name: arrivals
-- In order of arrival. An event that nothing says of when it was received is taken to arrive when it happens.
SELECT a.patient_id, r.* FROM assignment a
CROSS JOIN LATERAL (
    SELECT source_id, tie, measured_at, measured_at + make_interval(secs => delay_s) AS at, flags, NULL AS event,
        {vitals}, absent
    FROM standing_reading
    WHERE source_id = a.source_id AND measured_at >= %(since)s AND a.period @> measured_at
    UNION ALL
    SELECT source_id, tie, occurred_at, occurred_at + make_interval(secs => coalesce(delay_s, 0)), 0, kind,
        {vitals: NULL}, NULL
    FROM event
    WHERE source_id = a.source_id AND occurred_at >= %(since)s AND a.period @> occurred_at
) r
WHERE a.patient_id = ANY(%(patient_ids)s)
ORDER BY a.patient_id, r.at, r.measured_at, r.source_id, r.tie
