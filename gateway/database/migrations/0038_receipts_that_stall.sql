-- When positions of a hub's run were last accounted for, and whose do not arrive although the hub is connected.
ALTER TABLE hub_run ADD held_at timestamptz; -- empty: not since this column is there
ALTER TABLE hub ADD heard_since timestamptz; -- it has been online without a pause since then; empty: as above

CREATE VIEW stalled_hub AS
SELECT hub.hub_id, hub.organisation_id, GREATEST(hub.waiting_since, hub.heard_since, hub_run.held_at) AS since
FROM hub
JOIN position_gap USING (hub_id)
JOIN hub_run USING (hub_run)
WHERE hub.online AND hub.waiting_since IS NOT NULL AND position_gap.is_current
    AND NOT (isempty(position_gap.missing) AND isempty(position_gap.open_tail));
