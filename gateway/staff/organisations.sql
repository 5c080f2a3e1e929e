-- name: add_organisation
INSERT INTO organisation (name) VALUES (%(name)s) ON CONFLICT (name) DO NOTHING RETURNING organisation_id

-- name: add_care_team
INSERT INTO care_team (organisation_id, name) VALUES (%(organisation_id)s, %(name)s) RETURNING care_team_id

-- name: add_staff
INSERT INTO staff (organisation_id, username, name, role, email, password_hash, password_expires_at, added_at)
VALUES (%(organisation_id)s, %(username)s, %(name)s, %(role)s, %(email)s, %(password_hash)s, %(password_expires_at)s,
    %(now)s)
RETURNING staff_id

-- name: join_care_teams
INSERT INTO care_team_member (care_team_id, staff_id)
SELECT care_team_id, staff_id
FROM care_team JOIN staff USING (organisation_id)
WHERE staff_id = %(staff_id)s AND care_team_id = ANY(%(care_team_ids)s)
ON CONFLICT DO NOTHING
