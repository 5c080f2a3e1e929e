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
