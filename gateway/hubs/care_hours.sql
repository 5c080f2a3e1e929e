-- name: of_hub
-- The plans of those whose devices speak through the hub now. A team without a plan is never there.
SELECT DISTINCT COALESCE(team_plan.time_zone, 'UTC') AS time_zone,
    ARRAY(SELECT ARRAY[weekday, opens, closes] FROM team_hours AS opening
          WHERE opening.care_team_id = team_plan.care_team_id ORDER BY weekday, opens) AS hours,
    ARRAY(SELECT day FROM team_holiday AS holiday
          WHERE holiday.care_team_id = team_plan.care_team_id AND day >= %(since)s ORDER BY day) AS holidays
FROM hub
JOIN source USING (hub_id)
JOIN assigned USING (source_id)
JOIN patient USING (patient_id)
LEFT JOIN team_plan ON team_plan.care_team_id = patient.care_team_id
WHERE hub.name = %(name)s AND assigned.since <= %(now)s AND assigned.until > %(now)s
ORDER BY 1, 2, 3
