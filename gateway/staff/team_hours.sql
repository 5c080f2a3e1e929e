-- name: find
SELECT team.care_team_id, team.name, backup_id, backup.name AS backup_name, lead_id, lead.name AS lead_name,
    uncovered_reason, accepter.name AS uncovered_accepted_by, uncovered_accepted_at
FROM care_team AS team
LEFT JOIN team_plan USING (care_team_id)
LEFT JOIN staff AS backup ON backup.staff_id = backup_id
LEFT JOIN staff AS lead ON lead.staff_id = lead_id
LEFT JOIN staff AS accepter ON accepter.staff_id = uncovered_accepted_by
WHERE team.organisation_id = %(organisation_id)s
    AND (%(care_team_id)s::int IS NULL OR team.care_team_id = %(care_team_id)s)
    AND (%(role)s = 'administrator' OR EXISTS (
        SELECT FROM care_team_member AS member
        WHERE member.care_team_id = team.care_team_id AND member.staff_id = %(staff_id)s))
ORDER BY team.name, team.care_team_id

-- name: put
INSERT INTO team_plan (care_team_id, organisation_id, time_zone, backup_id, lead_id)
VALUES (%(care_team_id)s, %(organisation_id)s, %(time_zone)s, %(backup_id)s, %(lead_id)s)
ON CONFLICT (care_team_id) DO UPDATE
SET time_zone = excluded.time_zone, backup_id = excluded.backup_id, lead_id = excluded.lead_id

-- name: accept
UPDATE team_plan SET uncovered_reason = %(reason)s, uncovered_accepted_by = %(staff_id)s,
    uncovered_accepted_at = %(now)s
WHERE care_team_id = %(care_team_id)s

-- name: drop_hours
DELETE FROM team_hours WHERE care_team_id = %(care_team_id)s

-- name: add_hours
INSERT INTO team_hours (care_team_id, weekday, opens, closes)
VALUES (%(care_team_id)s, %(weekday)s, %(opens)s, %(closes)s)

-- name: drop_holidays
DELETE FROM team_holiday WHERE care_team_id = %(care_team_id)s

-- name: add_holidays
INSERT INTO team_holiday (care_team_id, day) SELECT DISTINCT %(care_team_id)s::int, unnest(%(days)s::date[])

-- name: are_there
SELECT count(*) FROM staff
WHERE organisation_id = %(organisation_id)s AND staff_id = ANY(%(staff_ids)s) AND deactivated_at IS NULL

-- name: has_patients
SELECT EXISTS (
    SELECT FROM patient JOIN enrolment USING (patient_id)
    WHERE care_team_id = %(care_team_id)s AND programme = ANY(%(programmes)s))

-- name: team_of
SELECT care_team_id, (SELECT uncovered_reason FROM team_plan WHERE team_plan.care_team_id = patient.care_team_id),
    EXISTS (
        SELECT FROM enrolment
        WHERE enrolment.patient_id = patient.patient_id AND programme = ANY(%(programmes)s))
FROM patient
WHERE patient_id = %(patient_id)s

-- name: calendars
SELECT care_team_id, time_zone,
    ARRAY(SELECT ARRAY[weekday, opens, closes] FROM team_hours AS opening
          WHERE opening.care_team_id = team_plan.care_team_id ORDER BY weekday, opens) AS hours,
    ARRAY(SELECT day FROM team_holiday AS holiday WHERE holiday.care_team_id = team_plan.care_team_id) AS holidays
FROM team_plan
WHERE care_team_id = ANY(%(care_team_ids)s)
