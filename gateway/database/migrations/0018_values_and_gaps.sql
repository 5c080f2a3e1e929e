-- One value a row, of the readings that count.
CREATE VIEW standing_value AS
SELECT source_id, measured_at, tie, flags, v.vital, v.value
FROM standing_reading
CROSS JOIN LATERAL (VALUES
    ('systolic_bp', systolic_bp), ('diastolic_bp', diastolic_bp), ('mean_arterial_pressure', mean_arterial_pressure),
    ('pulse_rate', pulse_rate), ('body_weight', body_weight), ('blood_glucose', blood_glucose), ('spo2', spo2),
    ('body_temperature', body_temperature), ('body_fat', body_fat)
) AS v (vital, value)
WHERE v.value IS NOT NULL;

-- The highest position that a hub said it had given in this epoch.
ALTER TABLE hub_run ADD assigned_upto int;
UPDATE hub_run SET assigned_upto = (hub.status ->> 'assigned')::int
FROM hub
WHERE hub.hub_id = hub_run.hub_id AND (hub.status ->> 'epoch')::bigint = hub_run.epoch;

-- What is not held of each epoch. A receipt follows the commit, so a receipted position that is not held is lost, as is
-- a hole in an epoch that ended; what was given above them is on its way, or, where the epoch ended, may be lost.
CREATE VIEW position_gap AS
SELECT hub_run.hub_run, hub.hub_id, hub_run.epoch, hub_run.held, known.is_current, hub_run.assigned_upto,
    int8multirange(int8range(1, GREATEST(known.last, 0) + 1)) - hub_run.held AS missing,
    int8multirange(int8range(GREATEST(known.last, 0) + 1, GREATEST(hub_run.assigned_upto, known.last, 0) + 1))
        - hub_run.held AS open_tail
FROM hub_run
JOIN hub USING (hub_id)
CROSS JOIN LATERAL (
    SELECT (hub.status ->> 'epoch')::bigint IS NOT DISTINCT FROM hub_run.epoch AS is_current,
        CASE WHEN (hub.status ->> 'epoch')::bigint = hub_run.epoch THEN (hub.status ->> 'receipted')::bigint
        ELSE upper(hub_run.held) - 1 END AS last
) AS known;
