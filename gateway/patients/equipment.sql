-- name: notified_of
SELECT DISTINCT rule_id, measured_at FROM evidence WHERE patient_id = %(patient_id)s ORDER BY measured_at

-- name: equipment
SELECT device.identifier AS device_identifier, device.manufacturer, device.model,
    nullif(source.user_slot, %(no_slot)s) AS user, lower(period) AS since, upper(period) AS until,
    hub.name AS hub_name, hub.online, hub.status_at
FROM assignment
JOIN source USING (source_id)
JOIN device USING (device_id)
LEFT JOIN hub USING (hub_id)
WHERE patient_id = %(patient_id)s
ORDER BY upper(period) DESC NULLS FIRST, lower(period) DESC, assignment_id DESC

-- name: last_outcome
SELECT at, outcome, title
FROM task
JOIN task_transition USING (task_id)
WHERE patient_id = %(patient_id)s AND outcome IS NOT NULL AND to_status = 'completed'
ORDER BY task_transition_id DESC
LIMIT 1
