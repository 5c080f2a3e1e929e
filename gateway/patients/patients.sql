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

-- name: find_care_team
SELECT care_team_id
FROM care_team AS team
WHERE organisation_id = %(organisation_id)s
    AND (%(care_team_id)s::int IS NULL OR care_team_id = %(care_team_id)s)
    AND (%(role)s = 'administrator' OR EXISTS (
        SELECT FROM care_team_member AS member
        WHERE member.care_team_id = team.care_team_id AND member.staff_id = %(staff_id)s))
ORDER BY care_team_id
LIMIT 1

-- name: add_patient
INSERT INTO patient (organisation_id, care_team_id, identifier, family_name, given_name, birth_date, time_zone)
VALUES (%(organisation_id)s, %(care_team_id)s, %(identifier)s, %(family_name)s, %(given_name)s, %(birth_date)s,
    %(time_zone)s)
RETURNING patient_id

-- name: enrol
INSERT INTO enrolment (patient_id, organisation_id, programme)
SELECT %(patient_id)s, %(organisation_id)s, programme FROM unnest(%(programmes)s::text[]) AS programme
ON CONFLICT DO NOTHING

-- name: add_patient_state
INSERT INTO patient_state (patient_id, organisation_id) VALUES (%(patient_id)s, %(organisation_id)s)

-- name: find_patients
SELECT patient_id, identifier, family_name, given_name, birth_date, time_zone, care_team_id,
    ARRAY(SELECT programme FROM enrolment WHERE enrolment.patient_id = patient.patient_id ORDER BY programme)
        AS programmes
FROM patient
JOIN reach USING (patient_id)
WHERE staff_id = %(staff_id)s
    AND patient_id > %(after)s
    AND (%(patient_id)s::int IS NULL OR patient_id = %(patient_id)s)
    AND (%(identifier)s::text IS NULL OR identifier = %(identifier)s)
ORDER BY patient_id
LIMIT %(limit)s
