-- name: sources_with_wrong_clocks
SELECT source_id
FROM unnest(%(source_ids)s::int[]) AS offered (source_id)
WHERE EXISTS (SELECT FROM corrected_reading WHERE corrected_reading.source_id = offered.source_id)

-- name: twins
-- The same record as stored: by the device's own clock, or uncorrected, at the time which that clock said.
SELECT offered.nth, {vitals: reading.$}
FROM unnest(%(source_ids)s::int[], %(device_clocks)s::timestamp[], %(ties)s::smallint[],
    %(measured_at)s::timestamptz[], %(uncorrected)s::timestamptz[])
    WITH ORDINALITY AS offered (source_id, device_clock, tie, measured_at, uncorrected, nth)
CROSS JOIN LATERAL (
    SELECT corrected.measured_at
    FROM corrected_reading AS corrected
    WHERE corrected.source_id = offered.source_id AND corrected.device_clock = offered.device_clock
        AND corrected.tie = offered.tie
    UNION
    SELECT offered.uncorrected
) AS stored
JOIN reading ON reading.source_id = offered.source_id AND reading.measured_at = stored.measured_at
    AND reading.tie = offered.tie
WHERE stored.measured_at <> offered.measured_at

-- name: remember
INSERT INTO corrected_reading (source_id, device_clock, tie, measured_at, organisation_id)
SELECT source_id, device_clock, tie, measured_at, organisation_id
FROM unnest(%(source_ids)s::int[], %(device_clocks)s::timestamp[], %(ties)s::smallint[], %(measured_at)s::timestamptz[])
    AS stored (source_id, device_clock, tie, measured_at)
JOIN source USING (source_id)
ON CONFLICT DO NOTHING
