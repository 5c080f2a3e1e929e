-- What was measured. Readings know only their source; nothing references them by foreign key.
-- Columns are only ever added, nullable. `delay_s` and `offset_s` saturate at what 4 bytes hold.

CREATE TABLE reading (
    measured_at timestamptz NOT NULL,
    source_id int NOT NULL,
    hub_run int NOT NULL,
    position int NOT NULL,
    delay_s int NOT NULL, -- from measured_at to the gateway's clock when stored
    offset_s int, -- device clock minus hub clock
    flags int NOT NULL, -- bits as in the contract's Flag
    tie smallint NOT NULL, -- the device's sequence number, else 16 bits of the reading's id
    systolic_bp real,
    diastolic_bp real,
    mean_arterial_pressure real,
    pulse_rate real,
    body_weight real,
    blood_glucose real,
    spo2 real,
    body_temperature real,
    body_fat real,
    meal text,
    absent jsonb, -- vitals that were measured without a number, and why
    original jsonb, -- as the device said it, where its unit was another
    CONSTRAINT reading_once UNIQUE (source_id, measured_at, tie)
);

-- The device's own bytes, with their own retention.
CREATE TABLE raw_reading (
    captured_at timestamptz NOT NULL,
    source_id int NOT NULL,
    measured_at timestamptz NOT NULL,
    tie smallint NOT NULL,
    reading_id uuid NOT NULL,
    kind text NOT NULL,
    device_clock timestamp,
    raw bytea NOT NULL
);

-- What a patient did or felt, entered by hand.
CREATE TABLE event (
    source_id int NOT NULL REFERENCES source,
    occurred_at timestamptz NOT NULL,
    tie smallint NOT NULL,
    hub_run int NOT NULL,
    position int NOT NULL,
    kind text NOT NULL,
    detail text,
    amount real,
    unit text,
    PRIMARY KEY (source_id, occurred_at, tie)
);

-- What waits to be judged: appended with the readings, deleted by the evaluator. Never updated.
CREATE TABLE due (
    due_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id int NOT NULL,
    since timestamptz NOT NULL
);
CREATE INDEX due_of_source ON due (source_id);

CREATE TABLE quarantine (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL, -- holds no measured value
    payload bytea NOT NULL,
    batch_id uuid, -- these four where the message said so
    hub_run int,
    first_position int,
    last_position int,
    -- A message that comes again is quarantined once.
    CONSTRAINT quarantined_once UNIQUE (hub_run, first_position, last_position)
);
-- From a hub that nobody enrolled there is no position to go by.
CREATE UNIQUE INDEX quarantined_once_without_hub ON quarantine (topic, batch_id) WHERE hub_run IS NULL;
