-- name: of_hub
SELECT epoch, is_current, assigned_upto, held, missing, open_tail
FROM position_gap
JOIN hub USING (hub_id)
WHERE hub.name = %(name)s AND hub.organisation_id = %(organisation_id)s
ORDER BY hub_run DESC
