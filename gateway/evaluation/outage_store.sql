-- name: hubs
SELECT hub_id, organisation_id, status_at AS heard_at FROM hub WHERE status_at IS NOT NULL

-- name: known
SELECT outage_id, organisation_id, hub_id, began_at FROM outage WHERE recovered_at IS NULL

-- name: begin
INSERT INTO outage (organisation_id, hub_id, began_at) VALUES (%(organisation_id)s, %(hub_id)s, %(began_at)s)
ON CONFLICT DO NOTHING

-- name: recover
UPDATE outage SET recovered_at = %(now)s WHERE outage_id = %(outage_id)s AND recovered_at IS NULL

-- name: look_when_over
-- Whoever is not back then is missed by themselves.
UPDATE patient_state SET next_due_at = least(next_due_at, %(look_at)s)
FROM outage_silence
WHERE outage_silence.outage_id = %(outage_id)s AND outage_silence.patient_id = patient_state.patient_id
