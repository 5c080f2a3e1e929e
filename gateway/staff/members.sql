-- name: find
SELECT staff_id, username, name, role, email, added_at, deactivated_at, password_expires_at,
    ARRAY(SELECT care_team_id FROM care_team_member AS member WHERE member.staff_id = staff.staff_id ORDER BY 1)
        AS care_team_ids
FROM staff
WHERE organisation_id = %(organisation_id)s
    AND staff_id > %(after)s
    AND (%(staff_id)s::int IS NULL OR staff_id = %(staff_id)s)
ORDER BY staff_id
LIMIT %(limit)s

-- name: change
UPDATE staff SET name = %(name)s, role = %(role)s, email = %(email)s WHERE staff_id = %(staff_id)s

-- name: leave_other_teams
DELETE FROM care_team_member WHERE staff_id = %(staff_id)s AND care_team_id <> ALL(%(care_team_ids)s)

-- name: count_teams
SELECT count(*) FROM care_team WHERE organisation_id = %(organisation_id)s AND care_team_id = ANY(%(care_team_ids)s)

-- name: deactivate
UPDATE staff SET deactivated_at = %(now)s WHERE staff_id = %(staff_id)s AND deactivated_at IS NULL

-- name: reinstate
UPDATE staff SET deactivated_at = NULL WHERE staff_id = %(staff_id)s

-- name: set_password
UPDATE staff SET password_hash = %(password_hash)s, password_expires_at = %(expires_at)s WHERE staff_id = %(staff_id)s

-- name: team_names
SELECT care_team_id, name FROM care_team JOIN team_reach USING (care_team_id) WHERE staff_id = %(staff_id)s ORDER BY name

-- name: teams
SELECT care_team_id, name,
    (SELECT count(*) FROM care_team_member AS member JOIN staff USING (staff_id)
     WHERE member.care_team_id = team.care_team_id AND deactivated_at IS NULL) AS members,
    (SELECT count(*) FROM patient WHERE patient.care_team_id = team.care_team_id) AS patients
FROM care_team AS team
WHERE organisation_id = %(organisation_id)s
    AND (%(role)s = 'administrator' OR EXISTS (
        SELECT FROM care_team_member AS member
        WHERE member.care_team_id = team.care_team_id AND member.staff_id = %(staff_id)s))
ORDER BY care_team_id
