-- What is set for one patient: limits and numbers of their own, what rules suppose and is not so, when the patient
-- measures and when not. Nothing of it is edited in place: what was set is ended, and what follows is a new row.

-- In force until it is ended or its time is over; past a rule's hard floor only once a second clinician agrees.
CREATE TABLE personal_limit (
    personal_limit_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    rule_id text NOT NULL,
    vital text NOT NULL,
    value float8 NOT NULL, -- in the vital's own unit
    why text NOT NULL CHECK (why <> ''),
    until timestamptz,
    set_by int NOT NULL REFERENCES staff,
    set_at timestamptz NOT NULL,
    needs_second boolean NOT NULL,
    seconded_by int REFERENCES staff,
    seconded_at timestamptz,
    ended_at timestamptz,
    ended_by int REFERENCES staff, -- empty: its time was over
    CHECK (until > set_at),
    CHECK (seconded_by <> set_by),
    CHECK (until IS NOT NULL OR NOT needs_second)
);
CREATE UNIQUE INDEX one_personal_limit ON personal_limit (patient_id, rule_id, vital, (needs_second AND seconded_at IS NULL))
    WHERE ended_at IS NULL;
CREATE INDEX personal_limit_until ON personal_limit (until) WHERE ended_at IS NULL;

-- The newest row of a name counts; an empty value takes the number back.
CREATE TABLE personal_number (
    personal_number_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    name text NOT NULL,
    value float8,
    why text NOT NULL CHECK (why <> ''),
    set_by int NOT NULL REFERENCES staff,
    set_at timestamptz NOT NULL
);
CREATE INDEX personal_number_of_patient ON personal_number (patient_id, name, personal_number_id);

-- What rules suppose of those they are for, and is not so of this patient.
CREATE TABLE unmet_requirement (
    unmet_requirement_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    requirement text NOT NULL,
    why text NOT NULL CHECK (why <> ''),
    set_by int NOT NULL REFERENCES staff,
    set_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by int REFERENCES staff
);
CREATE UNIQUE INDEX one_unmet_requirement ON unmet_requirement (patient_id, requirement) WHERE ended_at IS NULL;

-- Why a clinician attached rules to somebody whom they are not for.
ALTER TABLE enrolment ADD reason text CHECK (reason <> ''), ADD reason_by int REFERENCES staff;

-- How often a patient measures what; nobody is missed without one.
CREATE TABLE schedule (
    patient_id int NOT NULL,
    programme text NOT NULL,
    vital text NOT NULL,
    organisation_id int NOT NULL REFERENCES organisation,
    every_hours float8 NOT NULL CHECK (every_hours > 0),
    since timestamptz NOT NULL, -- nothing is missed before
    set_by int NOT NULL REFERENCES staff,
    PRIMARY KEY (patient_id, programme, vital),
    FOREIGN KEY (patient_id, programme) REFERENCES enrolment
);

-- When nobody expects a patient to measure.
CREATE TABLE pause (
    pause_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    kind text NOT NULL CHECK (kind IN ('holiday', 'hospital')),
    begins_at timestamptz NOT NULL,
    ends_at timestamptz, -- empty: nobody knows yet
    set_by int NOT NULL REFERENCES staff,
    set_at timestamptz NOT NULL,
    ended_by int REFERENCES staff, -- who ended it early
    CHECK (ends_at > begins_at)
);
CREATE INDEX pause_of_patient ON pause (patient_id);

-- When a patient is looked at although nothing arrived: a silence begins, a repeat was not taken, a limit has ended.
-- `rejudge_from`: what was judged since then is judged again, because what it is held against has changed.
ALTER TABLE patient_state ADD next_due_at timestamptz, ADD rejudge_from timestamptz, ADD rejudge_why text;
CREATE INDEX patient_state_due ON patient_state (next_due_at);
