-- What judgement says beside a raise: a repeat that is asked for, lateness, doubt; and what it could not judge.

ALTER TABLE task
    ADD repeat_use text CHECK (repeat_use IN ('measurement-check', 'recovery-check')),
    ADD repeat_state text CHECK (repeat_state IN ('asked', 'confirmed', 'withdrawn', 'recovered', 'not-repeated')),
    ADD repeat_from timestamptz, -- a reading measured from then on
    ADD repeat_until timestamptz, -- up to then is the repeat
    ADD is_late boolean NOT NULL DEFAULT false, -- measured long before it arrived; one task for a backlog
    ADD doubt text, -- why the readings may not be the patient's
    ADD CHECK ((repeat_use IS NULL) = (repeat_state IS NULL));
CREATE INDEX task_repeat ON task (repeat_until) WHERE repeat_state = 'asked';

-- Rules that failed on a patient's readings. They are tried again; a row goes when one succeeds.
CREATE TABLE unjudged (
    patient_id int NOT NULL REFERENCES patient,
    rule_id text NOT NULL,
    organisation_id int NOT NULL REFERENCES organisation,
    since timestamptz NOT NULL, -- readings from then on are not judged by it
    failed_at timestamptz NOT NULL, -- the first time
    times int NOT NULL,
    error text NOT NULL, -- the kind of exception; its own words may hold a measured value
    PRIMARY KEY (patient_id, rule_id)
);

-- A time in which a hub was not heard from, or (no hub) most of an organisation's hubs.
CREATE TABLE outage (
    outage_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    hub_id int REFERENCES hub,
    began_at timestamptz NOT NULL,
    recovered_at timestamptz,
    task_id int REFERENCES task -- made with the first silence that begins in it
);
CREATE UNIQUE INDEX one_outage ON outage (organisation_id, COALESCE(hub_id, 0)) WHERE recovered_at IS NULL;

-- Silences that began in an outage: the outage's task speaks for them until it is over.
CREATE TABLE outage_silence (
    outage_id int NOT NULL REFERENCES outage,
    patient_id int NOT NULL REFERENCES patient,
    condition text NOT NULL,
    organisation_id int NOT NULL REFERENCES organisation,
    silent_from timestamptz NOT NULL,
    PRIMARY KEY (outage_id, patient_id, condition)
);

-- The rule sets that judge now. When one changes, what is open is judged again.
CREATE TABLE rule_set_in_force (
    name text PRIMARY KEY,
    version text NOT NULL,
    digest bytea NOT NULL,
    since timestamptz NOT NULL
);
