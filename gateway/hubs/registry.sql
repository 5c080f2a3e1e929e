-- name: find_hub
SELECT hub_id, organisation_id FROM hub WHERE name = %(name)s

-- name: ensure_hub_run
WITH new AS (
    INSERT INTO hub_run (hub_id, epoch)
    SELECT %(hub_id)s, %(epoch)s WHERE (SELECT count(*) < %(most)s FROM hub_run WHERE hub_id = %(hub_id)s)
    ON CONFLICT DO NOTHING RETURNING hub_run
)
SELECT hub_run FROM new UNION ALL SELECT hub_run FROM hub_run WHERE hub_id = %(hub_id)s AND epoch = %(epoch)s

-- name: ensure_device
INSERT INTO device AS d (organisation_id, identifier, manufacturer, model)
VALUES (%(organisation_id)s, %(identifier)s, %(manufacturer)s, %(model)s)
ON CONFLICT (organisation_id, identifier) DO UPDATE
SET manufacturer = coalesce(excluded.manufacturer, d.manufacturer), model = coalesce(excluded.model, d.model)
RETURNING device_id

-- name: ensure_source
WITH new AS (
    INSERT INTO source (organisation_id, device_id, user_slot)
    VALUES (%(organisation_id)s, %(device_id)s, %(user_slot)s) ON CONFLICT DO NOTHING RETURNING source_id
)
SELECT source_id FROM new
UNION ALL SELECT source_id FROM source WHERE device_id = %(device_id)s AND user_slot = %(user_slot)s

-- name: speak_through
UPDATE source SET hub_id = %(hub_id)s WHERE source_id = %(source_id)s AND hub_id IS DISTINCT FROM %(hub_id)s

-- name: is_known_or_has_room
SELECT EXISTS (
    SELECT FROM source JOIN device USING (device_id)
    WHERE device.organisation_id = %(organisation_id)s AND identifier = %(identifier)s AND user_slot = %(user_slot)s
) OR (SELECT count(*) < %(most)s FROM source WHERE hub_id = %(hub_id)s)
