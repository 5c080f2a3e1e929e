-- What a role could not work on: it went on with the others, and comes back to this later and later.
CREATE TABLE set_aside (
    role text NOT NULL,
    kind text NOT NULL, -- what it is: patient, task, notification ... or one of the role's own chores
    item text NOT NULL, -- which one: its id, or the chore's name
    organisation_id int REFERENCES organisation, -- none: of the whole gateway
    patient_id int REFERENCES patient,
    reason text NOT NULL, -- the kind of exception and the database's code; its own words may hold a measured value
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    attempts int NOT NULL,
    next_at timestamptz NOT NULL, -- when it is tried again
    PRIMARY KEY (role, kind, item)
);

-- Roles that ended and were begun again, whichever process played them.
CREATE TABLE role_end (
    role text PRIMARY KEY,
    since timestamptz NOT NULL, -- the first of those that came one after the other
    last_at timestamptz NOT NULL,
    times int NOT NULL,
    reason text NOT NULL -- as above
);
