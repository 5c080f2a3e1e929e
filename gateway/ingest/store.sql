-- name: wait_briefly
SET LOCAL lock_timeout = '500ms'

-- name: lock_sources
SELECT FROM source WHERE source_id = ANY(%(source_ids)s) ORDER BY source_id FOR NO KEY UPDATE

-- name: copy_readings
COPY reading (measured_at, source_id, hub_run, position, delay_s, offset_s, flags, tie,
    {vitals}, meal, absent, original) FROM STDIN (FORMAT BINARY)

-- name: create_incoming
CREATE TEMPORARY TABLE incoming (LIKE reading) ON COMMIT DROP

-- name: copy_incoming
COPY incoming (measured_at, source_id, hub_run, position, delay_s, offset_s, flags, tie,
    {vitals}, meal, absent, original) FROM STDIN (FORMAT BINARY)

-- name: insert_incoming
INSERT INTO reading SELECT * FROM incoming ORDER BY hub_run, position
ON CONFLICT DO NOTHING RETURNING source_id, measured_at, tie, hub_run, position

-- name: same_as_stored
SELECT source_id, measured_at, tie, i.hub_run, i.position FROM incoming i JOIN reading r USING (source_id, measured_at, tie)
WHERE r.measured_at BETWEEN %(first)s AND %(last)s
    AND ({vitals: r.$}, r.absent)
    IS NOT DISTINCT FROM ({vitals: i.$}, i.absent)

-- name: copy_raw
COPY raw_reading (captured_at, source_id, measured_at, tie, reading_id, kind, device_clock, raw)
FROM STDIN (FORMAT BINARY)

-- name: insert_event
INSERT INTO event (source_id, occurred_at, tie, hub_run, position, delay_s, kind, detail, amount, unit, organisation_id)
SELECT source_id, %(occurred_at)s, %(tie)s, %(hub_run)s, %(position)s, %(delay_s)s, %(kind)s, %(detail)s, %(amount)s,
    %(unit)s, organisation_id
FROM source WHERE source_id = %(source_id)s
ON CONFLICT DO NOTHING RETURNING true

-- name: is_same_event
SELECT EXISTS (SELECT FROM event WHERE source_id = %(source_id)s AND occurred_at = %(occurred_at)s AND tie = %(tie)s
    AND (kind, detail, amount, unit) IS NOT DISTINCT FROM (%(kind)s, %(detail)s, %(amount)s::real, %(unit)s))

-- name: append_due
INSERT INTO due (source_id, since, appended_at)
SELECT source_id, since, %(now)s FROM unnest(%(source_ids)s::int[], %(sinces)s::timestamptz[]) AS t (source_id, since)

-- name: account
-- A reading that is new, at a position that is held: another hub has used it. Unless it was quarantine that held it.
UPDATE hub_run AS run SET held = held + %(held)s, held_at = GREATEST(held_at, %(now)s),
    used_twice = used_twice OR CASE WHEN held && %(fresh)s THEN
    held && (%(fresh)s - COALESCE((
        SELECT range_agg(int8range(first_position, last_position, '[]'))
        FROM quarantine WHERE quarantine.hub_run = run.hub_run
    ), '{}')) ELSE false END
WHERE hub_run = %(hub_run)s

-- name: quarantine
INSERT INTO quarantine (organisation_id, received_at, topic, reason, payload, whole, batch_id, epoch, hub_run,
    first_position, last_position, digest)
VALUES ((SELECT organisation_id FROM hub WHERE name = split_part(%(topic)s, '/', 3)), %(received_at)s, %(topic)s,
    %(reason)s, %(payload)s, %(whole)s, %(batch_id)s, %(epoch)s, %(hub_run)s, %(first_position)s, %(last_position)s,
    CASE WHEN %(batch_id)s::uuid IS NULL THEN sha256(%(payload)s) END)
ON CONFLICT DO NOTHING
