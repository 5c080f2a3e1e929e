-- What the care team has to know when it calls. The newest row of a patient holds; none is ever changed.

CREATE TABLE patient_profile (
    patient_profile_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    second_identifier text NOT NULL,
    phone text NOT NULL,
    language text NOT NULL,
    emergency_contact text NOT NULL,
    emergency_phone text NOT NULL,
    address text NOT NULL,
    risk_medications text[] CHECK (risk_medications <@ ARRAY['insulin', 'sulfonylurea', 'anticoagulant', 'beta-blocker']),
    entered_by int NOT NULL REFERENCES staff,
    entered_at timestamptz NOT NULL
);
CREATE INDEX profile_of_patient ON patient_profile (patient_id, patient_profile_id);
