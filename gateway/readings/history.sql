-- name: readings_of
SELECT r.*, device.identifier AS device_identifier, source.user_slot, correction.reading_correction_id,
    correction.taken_at, correction.why, staff.name AS corrected_by
FROM assigned AS mine
CROSS JOIN LATERAL (
    SELECT source_id, measured_at, tie, delay_s, flags, {vitals}, meal, absent
    FROM reading
    -- One range of the index for each assignment: a plain join is many times slower on long histories.
    WHERE reading.source_id = mine.source_id AND measured_at >= mine.since AND measured_at < mine.until

-- name: spanned
        AND measured_at >= COALESCE(%(since)s::timestamptz, '-infinity')
        AND measured_at < COALESCE(%(until)s::timestamptz, 'infinity')
        AND measured_at <= COALESCE(%(before_at)s::timestamptz, 'infinity')
        AND (%(before_at)s::timestamptz IS NULL
            OR (measured_at, reading.source_id, tie)
                < (%(before_at)s::timestamptz, %(before_source)s::int, %(before_tie)s::int))

-- name: recent
        AND measured_at >= LEAST(%(since)s::timestamptz, COALESCE((
            SELECT older.measured_at
            FROM reading AS older
            WHERE older.source_id = mine.source_id
                AND older.measured_at >= mine.since AND older.measured_at < LEAST(mine.until, %(since)s::timestamptz)
            ORDER BY older.measured_at DESC
            LIMIT 1 OFFSET %(older)s - 1), '-infinity'))

-- name: newest_first
    ORDER BY measured_at DESC, tie DESC
    LIMIT %(limit)s
) AS r
JOIN source ON source.source_id = r.source_id
JOIN device USING (device_id)
LEFT JOIN reading_correction AS correction ON correction.source_id = r.source_id
    AND correction.measured_at = r.measured_at AND correction.tie = r.tie AND correction.withdrawn_at IS NULL
LEFT JOIN staff ON staff.staff_id = correction.corrected_by
WHERE mine.patient_id = %(patient_id)s
ORDER BY r.measured_at DESC, r.source_id DESC, r.tie DESC
LIMIT %(limit)s

-- name: events
SELECT e.*
FROM assigned AS mine
CROSS JOIN LATERAL (
    SELECT source_id, occurred_at, tie, kind, detail, amount, unit
    FROM event
    WHERE event.source_id = mine.source_id
        AND occurred_at >= mine.since AND occurred_at < mine.until
        AND occurred_at >= COALESCE(%(since)s::timestamptz, '-infinity')
        AND occurred_at < COALESCE(%(until)s::timestamptz, 'infinity')
        AND occurred_at <= COALESCE(%(before_at)s::timestamptz, 'infinity')
        AND (%(before_at)s::timestamptz IS NULL
            OR (occurred_at, event.source_id, tie)
                < (%(before_at)s::timestamptz, %(before_source)s::int, %(before_tie)s::int))
    ORDER BY occurred_at DESC, tie DESC
    LIMIT %(limit)s
) AS e
WHERE mine.patient_id = %(patient_id)s
ORDER BY occurred_at DESC, source_id DESC, tie DESC
LIMIT %(limit)s

-- name: evidence
SELECT r.*, evidence.reason, evidence.from_at, device.identifier AS device_identifier, source.user_slot
FROM evidence
CROSS JOIN LATERAL (
    SELECT source_id, measured_at, tie, delay_s, flags, {vitals}, meal, absent, NULL AS event
    FROM reading
    WHERE reading.source_id = evidence.source_id
        AND reading.measured_at = evidence.measured_at
        AND reading.tie = evidence.tie
    UNION ALL
    SELECT source_id, occurred_at, tie, 0, 0, {vitals: NULL}, NULL, NULL, kind
    FROM event
    WHERE event.source_id = evidence.source_id
        AND event.occurred_at = evidence.measured_at
        AND event.tie = evidence.tie
) AS r
JOIN source ON source.source_id = r.source_id
JOIN device USING (device_id)
WHERE evidence.task_id = %(task_id)s
ORDER BY r.measured_at DESC, r.source_id DESC, r.tie DESC
