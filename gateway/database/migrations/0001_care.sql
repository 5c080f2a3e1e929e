-- Who is cared for, and by whom. Every plain table that holds a patient's data carries its organisation.

CREATE TABLE organisation (
    organisation_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name <> '')
);

CREATE TABLE care_team (
    care_team_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    name text NOT NULL CHECK (name <> ''),
    UNIQUE (organisation_id, name)
);

CREATE TABLE staff (
    staff_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    username text NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    name text NOT NULL CHECK (name <> ''),
    role text NOT NULL CHECK (role IN ('nurse', 'clinician', 'coordinator', 'administrator')),
    password_hash text NOT NULL, -- argon2id
    added_at timestamptz NOT NULL
);

CREATE TABLE care_team_member (
    care_team_id int NOT NULL REFERENCES care_team,
    staff_id int NOT NULL REFERENCES staff,
    PRIMARY KEY (care_team_id, staff_id)
);

CREATE TABLE session (
    token_hash bytea PRIMARY KEY, -- sha256 of the cookie: a stolen table signs nobody in
    staff_id int NOT NULL REFERENCES staff,
    expires_at timestamptz NOT NULL
);

-- What the throttle counts; several web processes count together. Rows go when a sign-in succeeds or the window ends.
CREATE TABLE sign_in_attempt (
    account_hash bytea NOT NULL, -- sha256 of the name as typed: people type passwords there
    address text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX sign_in_attempt_of_account ON sign_in_attempt (account_hash, at);

CREATE TABLE patient (
    patient_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    care_team_id int NOT NULL REFERENCES care_team,
    identifier text NOT NULL CHECK (identifier <> ''), -- the organisation's own number for the patient
    family_name text NOT NULL CHECK (family_name <> ''),
    given_name text NOT NULL,
    birth_date date NOT NULL,
    time_zone text NOT NULL, -- IANA name, checked by the application
    UNIQUE (organisation_id, identifier)
);

-- Which patients a member of staff may see and work for: the one place that says so.
CREATE VIEW reach AS
SELECT staff.staff_id, patient.patient_id
FROM staff
JOIN patient USING (organisation_id)
WHERE staff.role = 'administrator' OR EXISTS (
    SELECT FROM care_team_member AS member
    WHERE member.staff_id = staff.staff_id AND member.care_team_id = patient.care_team_id);

-- A programme is named by its rule set.
CREATE TABLE enrolment (
    patient_id int NOT NULL REFERENCES patient,
    organisation_id int NOT NULL REFERENCES organisation,
    programme text NOT NULL CHECK (programme <> ''),
    PRIMARY KEY (patient_id, programme)
);

-- The evaluator's lock on a patient. Ingest never touches it.
CREATE TABLE patient_state (
    patient_id int PRIMARY KEY REFERENCES patient,
    organisation_id int NOT NULL REFERENCES organisation,
    as_of timestamptz
);

CREATE TABLE hub (
    hub_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    name text NOT NULL UNIQUE, -- broker user, client id and topic level
    broker_password_hash text NOT NULL,
    online boolean NOT NULL DEFAULT false,
    status_at timestamptz, -- when the gateway took its last status in
    status jsonb -- that status, as on the wire
);

-- One life of a hub's numbering. `held` are the positions accounted for: stored, before or quarantined.
CREATE TABLE hub_run (
    hub_run int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hub_id int NOT NULL REFERENCES hub,
    epoch bigint NOT NULL,
    held int8multirange NOT NULL DEFAULT '{}',
    UNIQUE (hub_id, epoch)
);

CREATE TABLE device (
    device_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    identifier text NOT NULL,
    manufacturer text,
    model text,
    UNIQUE (organisation_id, identifier)
);

-- One user slot of one device; -1 where the device has no slots.
CREATE TABLE source (
    source_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    device_id int NOT NULL REFERENCES device,
    user_slot int NOT NULL CHECK (user_slot BETWEEN -1 AND 255),
    UNIQUE (device_id, user_slot)
);

-- Whose a source is, from when to when. The range of one source stands in for btree_gist, which is not everywhere.
CREATE TABLE assignment (
    assignment_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    source_id int NOT NULL REFERENCES source,
    patient_id int NOT NULL REFERENCES patient,
    period tstzrange NOT NULL CHECK (NOT isempty(period)),
    assigned_by int NOT NULL REFERENCES staff,
    assigned_at timestamptz NOT NULL,
    CONSTRAINT assignment_without_overlap
        EXCLUDE USING gist (int4range(source_id, source_id, '[]') WITH &&, period WITH &&)
);
CREATE INDEX assignment_of_patient ON assignment (patient_id);
