-- name: current_epoch
SELECT epoch, assigned, receipted FROM epoch ORDER BY number DESC LIMIT 1;

-- name: begin_epoch
INSERT INTO epoch (epoch) VALUES (:epoch);

-- name: knows
SELECT EXISTS (SELECT 1 FROM reading WHERE reading_id = :reading_id);

-- name: add_reading
INSERT INTO reading (reading_id, epoch, position, captured_at, content)
VALUES (:reading_id, :epoch, :position, :captured_at, :content);

-- name: set_assigned
UPDATE epoch SET assigned = :position WHERE epoch = :epoch;

-- name: renumber
UPDATE reading SET epoch = :epoch, position = :position WHERE number = :number;

-- name: without_receipt
SELECT number FROM reading WHERE epoch = :epoch AND receipted_at IS NULL ORDER BY number;

-- name: waiting_since
SELECT epoch, position, captured_at, length(CAST(content AS BLOB)) FROM reading
WHERE waiting AND captured_at >= :cutoff ORDER BY number LIMIT :most;

-- name: waiting_from_before
SELECT epoch, position, captured_at, length(CAST(content AS BLOB)) FROM reading
WHERE waiting AND captured_at < :cutoff ORDER BY number LIMIT :most;

-- name: contents
SELECT content FROM reading WHERE epoch = :epoch AND position BETWEEN :first AND :last ORDER BY position;

-- name: receipt
UPDATE reading SET waiting = 0, outcome = :outcome, reason = :reason, receipted_at = :at
WHERE epoch = :epoch AND position = :position;

-- name: set_receipted
UPDATE epoch SET receipted = max(receipted, :position) WHERE epoch = :epoch;

-- name: replay
UPDATE reading SET waiting = 1
WHERE epoch = :epoch AND position BETWEEN :first AND :last AND NOT waiting;

-- name: prune
DELETE FROM reading WHERE NOT waiting AND receipted_at < :before;

-- name: add_unreadable
INSERT INTO unreadable (device, characteristic, raw, reason, captured_at)
VALUES (:device, :characteristic, :raw, :reason, :captured_at)
ON CONFLICT DO NOTHING;

-- name: last_record
SELECT sequence, raw FROM transfer WHERE device = :device;

-- name: set_last_record
INSERT INTO transfer (device, sequence, raw) VALUES (:device, :sequence, :raw)
ON CONFLICT (device) DO UPDATE SET sequence = excluded.sequence, raw = excluded.raw;

-- name: counts
SELECT
    (SELECT count(*) FROM reading WHERE waiting),
    (SELECT min(captured_at) FROM reading WHERE waiting),
    (SELECT count(*) FROM reading WHERE outcome = 'quarantined'),
    (SELECT count(*) FROM unreadable),
    (SELECT max(receipted_at) FROM reading),
    (SELECT count(*) FROM unnumbered);

-- name: quarantined
SELECT reason, count(*) FROM reading WHERE outcome = 'quarantined' GROUP BY reason ORDER BY count(*) DESC;

-- name: hold_capture
INSERT INTO capture (device, characteristic, raw, captured_at, boot, uptime)
VALUES (:device, :characteristic, :raw, :captured_at, :boot, :uptime);

-- name: held_captures
SELECT number, characteristic, raw, captured_at, boot, uptime FROM capture WHERE device = :device ORDER BY number;

-- name: devices_with_captures
SELECT DISTINCT device FROM capture ORDER BY device;

-- name: release_capture
DELETE FROM capture WHERE number = :number;

-- name: devices
SELECT identifier, name, manufacturer, model, service, last_seen_at, battery_percent, trouble, forgotten
FROM device ORDER BY service, identifier;

-- name: device_seen
INSERT INTO device (identifier, name, manufacturer, model, service, last_seen_at, battery_percent)
VALUES (:identifier, :name, :manufacturer, :model, :service, :last_seen_at, :battery_percent)
ON CONFLICT (identifier) DO UPDATE SET
    name = coalesce(excluded.name, name),
    manufacturer = coalesce(excluded.manufacturer, manufacturer),
    model = coalesce(excluded.model, model),
    service = coalesce(excluded.service, service),
    last_seen_at = excluded.last_seen_at,
    battery_percent = coalesce(excluded.battery_percent, battery_percent),
    trouble = NULL;

-- name: device_trouble
INSERT INTO device (identifier, trouble) VALUES (:identifier, :trouble)
ON CONFLICT (identifier) DO UPDATE SET trouble = excluded.trouble;

-- name: forget_device
INSERT INTO device (identifier, forgotten) VALUES (:identifier, 1)
ON CONFLICT (identifier) DO UPDATE SET forgotten = 1;

-- name: welcome_device
UPDATE device SET forgotten = 0, trouble = NULL WHERE identifier = :identifier;

-- name: merge_device
INSERT INTO device (identifier, name, manufacturer, model, service, last_seen_at, battery_percent)
SELECT :identity, name, manufacturer, model, service, last_seen_at, battery_percent
FROM device WHERE identifier = :random
ON CONFLICT (identifier) DO UPDATE SET
    name = coalesce(name, excluded.name),
    manufacturer = coalesce(manufacturer, excluded.manufacturer),
    model = coalesce(model, excluded.model),
    service = coalesce(service, excluded.service),
    last_seen_at = coalesce(last_seen_at, excluded.last_seen_at),
    battery_percent = coalesce(battery_percent, excluded.battery_percent);

-- name: merge_captures
UPDATE capture SET device = :identity WHERE device = :random;

-- name: merge_transfer
UPDATE OR IGNORE transfer SET device = :identity WHERE device = :random;

-- name: merge_clock_setting
UPDATE OR IGNORE clock_setting SET device = :identity WHERE device = :random;

-- name: drop_device
DELETE FROM device WHERE identifier = :identifier;

-- name: next_unnumbered
SELECT coalesce(max(number), 0) + 1 FROM unnumbered;

-- name: knows_unnumbered
SELECT EXISTS (SELECT 1 FROM unnumbered WHERE reading_id = :reading_id);

-- name: add_unnumbered
INSERT INTO unnumbered (number, reading_id, boot, uptime, content)
VALUES (:number, :reading_id, :boot, :uptime, :content);

-- name: unnumbered
SELECT number, boot, uptime, content FROM unnumbered ORDER BY number;

-- name: clear_unnumbered
DELETE FROM unnumbered;

-- name: clock_setting
SELECT set_at, offset_s, last_sequence FROM clock_setting WHERE device = :device;

-- name: set_clock_setting
INSERT INTO clock_setting (device, set_at, offset_s, last_sequence)
VALUES (:device, :set_at, :offset_s, :last_sequence)
ON CONFLICT (device) DO UPDATE
SET set_at = excluded.set_at, offset_s = excluded.offset_s, last_sequence = excluded.last_sequence;

-- name: machine
SELECT machine FROM epoch WHERE epoch = :epoch;

-- name: set_machine
UPDATE epoch SET machine = :machine WHERE epoch = :epoch;

-- name: latest
SELECT content, waiting, outcome, max(json_extract(content, '$.measured_at')) FROM (
    SELECT content, waiting, outcome FROM reading
    UNION ALL
    SELECT content, 1, NULL FROM unnumbered
)
GROUP BY json_extract(content, '$.device.identifier'), json_extract(content, '$.user')
ORDER BY 4 DESC;

-- name: captured_since
SELECT content FROM reading WHERE captured_at >= :cutoff ORDER BY number;

-- name: store_care
INSERT INTO care (only, content) VALUES (1, :content) ON CONFLICT (only) DO UPDATE SET content = excluded.content;

-- name: care
SELECT content FROM care;
