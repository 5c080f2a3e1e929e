-- Who belongs to a care team is found without looking at every patient.
CREATE INDEX patient_of_team ON patient (care_team_id);
