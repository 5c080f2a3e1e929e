-- name: assign
INSERT INTO assignment (organisation_id, source_id, patient_id, period, assigned_by, assigned_at)
VALUES (%(organisation_id)s, %(source_id)s, %(patient_id)s, tstzrange(%(since)s, %(until)s), %(staff_id)s, %(now)s)
RETURNING assignment_id

-- name: make_due
INSERT INTO due (source_id, since, appended_at) VALUES (%(source_id)s, %(since)s, %(now)s)

-- name: of_patient
SELECT assignment_id, source_id, device.identifier AS device_identifier, nullif(source.user_slot, %(no_slot)s) AS user,
    patient_id, lower(period) AS since, upper(period) AS until, staff.name AS assigned_by, assigned_at
FROM assignment
JOIN source USING (source_id)
JOIN device USING (device_id)
JOIN staff ON staff.staff_id = assigned_by
WHERE patient_id = %(patient_id)s
ORDER BY lower(period) DESC, assignment_id DESC

-- name: changes_of_patient
SELECT assignment_id, source_id, lower(period) AS since, upper(period) AS until, staff.name AS changed_by, changed_at,
    why
FROM assignment_change
JOIN staff ON staff.staff_id = changed_by
WHERE patient_id = %(patient_id)s
ORDER BY assignment_change_id DESC

-- name: sources
-- Each gap between assignments is counted by its own range of the index; most gaps are empty.
SELECT source.source_id, device.identifier AS device_identifier, device.manufacturer, device.model,
    nullif(source.user_slot, %(no_slot)s) AS user, gaps.readings AS unassigned_readings,
    gaps.first_measured_at, gaps.last_measured_at
FROM source
JOIN device USING (device_id)
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(counted.readings), 0)::bigint AS readings,
        min(counted.first_at) AS first_measured_at, max(counted.last_at) AS last_measured_at
    FROM unnest('{(,)}'::tstzmultirange - COALESCE(
        (SELECT range_agg(period) FROM assignment WHERE assignment.source_id = source.source_id), '{}')) AS gap
    CROSS JOIN LATERAL (
        SELECT count(*) AS readings, min(measured_at) AS first_at, max(measured_at) AS last_at
        FROM standing_reading
        WHERE standing_reading.source_id = source.source_id
            AND measured_at >= COALESCE(lower(gap), '-infinity') AND measured_at < COALESCE(upper(gap), 'infinity')
        UNION ALL
        SELECT count(*), min(occurred_at), max(occurred_at)
        FROM event
        WHERE event.source_id = source.source_id
            AND occurred_at >= COALESCE(lower(gap), '-infinity') AND occurred_at < COALESCE(upper(gap), 'infinity')
    ) AS counted
) AS gaps
WHERE source.organisation_id = %(organisation_id)s
    AND source.source_id > %(after)s
    AND (%(only)s::int[] IS NULL OR source.source_id = ANY(%(only)s))
    AND (NOT %(unassigned)s OR gaps.readings > 0)
ORDER BY source.source_id
LIMIT %(limit)s

-- name: nobodys
SELECT source_id
FROM source
CROSS JOIN LATERAL (
    SELECT COALESCE(max(COALESCE(upper(period), 'infinity')), '-infinity') AS since
    FROM assignment
    WHERE assignment.source_id = source.source_id
) AS assigned
WHERE organisation_id = %(organisation_id)s
    AND NOT EXISTS ( -- of nearly all sources this is all that is asked
        SELECT FROM assignment
        WHERE assignment.source_id = source.source_id AND COALESCE(upper(period), 'infinity') = 'infinity')
    AND (EXISTS (SELECT FROM reading WHERE reading.source_id = source.source_id AND measured_at >= since)
        OR EXISTS (SELECT FROM event WHERE event.source_id = source.source_id AND occurred_at >= since))
ORDER BY source_id
LIMIT %(limit)s
