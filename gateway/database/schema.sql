-- The whole schema, by concept: what a new database is given. One that is there gets the files of `migrations/` that it
-- lacks, which come to the same. Every plain table that holds a patient's data carries its organisation.


-- What checks, views and indexes ask.

-- What people, programs and hubs enter lies where a clock can be. The application's bounds are narrower (a hundred years
-- from now); these are fixed, as a check has to be. Readings are held to theirs where they are taken in.
CREATE FUNCTION is_instant(at timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN at BETWEEN timestamptz '1980-01-01 00:00+00' AND timestamptz '2200-01-01 00:00+00';

-- What is no patient's value is never judged: demonstration data, control solution and other analytes are kept and shown,
-- and count for nothing. By the bits of the contract's Flag that are not of a patient, which are 28 to 30.
CREATE FUNCTION is_of_a_patient(flags int) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN flags & 1879048192 = 0;

-- Whether a task is work that somebody still has to do. Indexes rest on it: whoever changes it makes them anew.
CREATE FUNCTION is_open(status text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold');

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;


-- Organisations and staff.

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
    email text, -- empty: cannot be told by e-mail
    password_hash text NOT NULL, -- argon2id
    password_expires_at timestamptz, -- of a one-time password; empty: the password is the person's own
    added_at timestamptz NOT NULL,
    deactivated_at timestamptz
);

CREATE TABLE care_team_member (
    care_team_id int NOT NULL REFERENCES care_team,
    staff_id int NOT NULL REFERENCES staff,
    PRIMARY KEY (care_team_id, staff_id)
);

-- Which care teams are whose: the one place that says so.
CREATE VIEW team_reach AS
SELECT staff.staff_id, team.care_team_id
FROM staff
JOIN care_team AS team USING (organisation_id)
WHERE staff.role = 'administrator' OR EXISTS (
    SELECT FROM care_team_member AS member
    WHERE member.staff_id = staff.staff_id AND member.care_team_id = team.care_team_id);

-- When a care team is there, and who is told when nobody answers.
CREATE TABLE team_plan (
    care_team_id int PRIMARY KEY REFERENCES care_team,
    organisation_id int NOT NULL REFERENCES organisation,
    time_zone text NOT NULL, -- IANA name, checked by the application
    backup_id int REFERENCES staff, -- empty: every clinician of the team
    lead_id int REFERENCES staff, -- empty: the administrators
    uncovered_accepted_by int REFERENCES staff, -- who answers for the hours that nobody covers
    uncovered_accepted_at timestamptz,
    uncovered_reason text CHECK (uncovered_reason <> '')
);

CREATE TABLE team_hours (
    care_team_id int NOT NULL REFERENCES team_plan,
    weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- ISO 8601, Monday 1
    opens smallint NOT NULL CHECK (opens >= 0), -- minutes since midnight, on the wall clock
    closes smallint NOT NULL CHECK (closes > opens AND closes <= 1440), -- exclusive
    PRIMARY KEY (care_team_id, weekday, opens)
);

CREATE TABLE team_holiday (
    care_team_id int NOT NULL REFERENCES team_plan,
    day date NOT NULL CHECK (day BETWEEN '1980-01-01' AND '2200-01-01'),
    PRIMARY KEY (care_team_id, day)
);


-- Signing in, and who looked at what.

CREATE TABLE session (
    token_hash bytea PRIMARY KEY, -- sha256 of the cookie: a stolen table signs nobody in
    staff_id int NOT NULL REFERENCES staff,
    expires_at timestamptz NOT NULL
);

-- Whatever ends a session, pages that are open learn of it at once.
CREATE FUNCTION tell_session_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('hearthbeat_sessions', OLD.staff_id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER session_ended AFTER DELETE ON session FOR EACH ROW EXECUTE FUNCTION tell_session_ended();

-- What the throttle counts; several web processes count together. Rows go when a sign-in succeeds or the window ends.
CREATE TABLE sign_in_attempt (
    account_hash bytea NOT NULL, -- sha256 of the name as typed: people type passwords there
    address text NOT NULL,
    at timestamptz NOT NULL,
    browser_hash bytea -- of a browser that is known for the account; else empty
);
CREATE INDEX sign_in_attempt_of_account ON sign_in_attempt (account_hash, at);
CREATE INDEX sign_in_attempt_from_address ON sign_in_attempt (address, at);
CREATE INDEX sign_in_attempt_at ON sign_in_attempt (at);

-- Browsers in which somebody has signed in before: guesses that come from elsewhere do not keep them out.
CREATE TABLE known_browser (
    staff_id int NOT NULL REFERENCES staff,
    token_hash bytea NOT NULL, -- sha256 of the cookie
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (staff_id, token_hash)
);

-- Who looked at which patients' data or changed it, and who was refused. A row stays as it is.
CREATE TABLE access (
    access_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation, -- the staff member's
    staff_id int NOT NULL REFERENCES staff,
    at timestamptz NOT NULL,
    method text NOT NULL,
    path text NOT NULL, -- without its query
    patient_ids int[] NOT NULL, -- as asked for: a refused one need not exist
    outcome text NOT NULL -- 'done', or the code of the refusal
);
CREATE INDEX access_to_patient ON access USING gin (patient_ids);
CREATE INDEX access_by_staff ON access (staff_id, at);
CREATE TRIGGER access_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON access
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE access ENABLE ALWAYS TRIGGER access_stays;

-- What was created under a key of the asker's choice: asked again, nothing is created and the answer is the same.
CREATE TABLE idempotency_key (
    organisation_id int NOT NULL REFERENCES organisation,
    staff_id int NOT NULL REFERENCES staff,
    key text NOT NULL,
    request_digest bytea NOT NULL, -- sha256 of method, path and body
    answer text, -- as JSON; empty only within the transaction that creates
    at timestamptz NOT NULL,
    PRIMARY KEY (staff_id, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (at);


-- Hubs, and what speaks through them.

CREATE TABLE hub (
    hub_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    name text NOT NULL UNIQUE, -- broker user, client id and topic level
    broker_password_hash text NOT NULL,
    online boolean NOT NULL DEFAULT false,
    heard_since timestamptz, -- it has been online without a pause since then; empty: not since this column is there
    status_at timestamptz, -- when the gateway took its last status in
    status jsonb, -- that status, as on the wire
    waiting_since timestamptz -- since when it says that readings wait for a receipt; empty: nothing waits
);

-- One life of a hub's numbering. `held` are the positions accounted for: stored, before or quarantined.
CREATE TABLE hub_run (
    hub_run int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hub_id int NOT NULL REFERENCES hub,
    epoch bigint NOT NULL,
    held int8multirange NOT NULL DEFAULT '{}',
    held_at timestamptz, -- when positions were last accounted for; empty: not since this column is there
    assigned_upto int, -- the highest position that the hub said it had given
    -- A position came with two readings: two hubs of one name used it, a copy, or one restored from a backup.
    used_twice boolean NOT NULL DEFAULT false,
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
    hub_id int REFERENCES hub, -- the hub it was heard through last, or is to be heard through
    UNIQUE (device_id, user_slot)
);
CREATE INDEX source_of_hub ON source (hub_id);

-- What is not held of each epoch. A receipt follows the commit, so a receipted position that is not held is lost, as is
-- a hole in an epoch that ended; what was given above them is on its way, or, where the epoch ended, may be lost.
CREATE VIEW position_gap AS
SELECT hub_run.hub_run, hub.hub_id, hub_run.epoch, hub_run.held, known.is_current, hub_run.assigned_upto,
    int8multirange(int8range(1, GREATEST(known.last, 0) + 1)) - hub_run.held AS missing,
    int8multirange(int8range(GREATEST(known.last, 0) + 1, GREATEST(hub_run.assigned_upto, known.last, 0) + 1))
        - hub_run.held AS open_tail
FROM hub_run
JOIN hub USING (hub_id)
CROSS JOIN LATERAL (
    SELECT (hub.status ->> 'epoch')::bigint IS NOT DISTINCT FROM hub_run.epoch AS is_current,
        CASE WHEN (hub.status ->> 'epoch')::bigint = hub_run.epoch THEN (hub.status ->> 'receipted')::bigint
        ELSE upper(hub_run.held) - 1 END AS last
) AS known;

-- Hubs that are connected and whose positions do not arrive.
CREATE VIEW stalled_hub AS
SELECT hub.hub_id, hub.organisation_id, GREATEST(hub.waiting_since, hub.heard_since, hub_run.held_at) AS since
FROM hub
JOIN position_gap USING (hub_id)
JOIN hub_run USING (hub_run)
WHERE hub.online AND hub.waiting_since IS NOT NULL AND position_gap.is_current
    AND NOT (isempty(position_gap.missing) AND isempty(position_gap.open_tail));


-- Patients.

CREATE TABLE patient (
    patient_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    care_team_id int NOT NULL REFERENCES care_team,
    identifier text NOT NULL CHECK (identifier <> ''), -- the organisation's own number for the patient
    family_name text NOT NULL CHECK (family_name <> ''),
    given_name text NOT NULL,
    birth_date date NOT NULL CHECK (birth_date BETWEEN '1880-01-01' AND '2200-01-01'),
    time_zone text NOT NULL, -- IANA name, checked by the application
    UNIQUE (organisation_id, identifier)
);
CREATE INDEX patient_of_team ON patient (care_team_id);

-- Which patients a member of staff may see and work for: the one place that says so.
CREATE VIEW reach AS
SELECT team_reach.staff_id, patient.patient_id FROM patient JOIN team_reach USING (care_team_id);

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

CREATE TABLE patient_note (
    patient_note_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    staff_id int NOT NULL REFERENCES staff,
    at timestamptz NOT NULL,
    note text NOT NULL CHECK (note <> '')
);
CREATE INDEX note_of_patient ON patient_note (patient_id, patient_note_id);

-- One opening of a patient's page, and how long somebody worked there.
CREATE TABLE visit (
    visit_id uuid PRIMARY KEY, -- of the page's choice: saying it again counts nothing twice
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    staff_id int NOT NULL REFERENCES staff,
    began_at timestamptz NOT NULL,
    seconds int NOT NULL CHECK (seconds >= 0)
);
CREATE INDEX visit_of_patient ON visit (patient_id, began_at);


-- What is set for one patient: programmes, limits and numbers of their own, what rules suppose and is not so, when the
-- patient measures and when not. What was set is ended, and what follows is a new row.

-- A programme is named by its rule set.
CREATE TABLE enrolment (
    patient_id int NOT NULL REFERENCES patient,
    organisation_id int NOT NULL REFERENCES organisation,
    programme text NOT NULL CHECK (programme <> ''),
    reason text CHECK (reason <> ''), -- why a clinician attached rules to somebody whom they are not for
    reason_by int REFERENCES staff,
    -- Enrolled before enrolment gave the programme's schedule: the first sweep gives it, as rule sets are files.
    lacks_schedule boolean NOT NULL DEFAULT false,
    PRIMARY KEY (patient_id, programme)
);
CREATE INDEX enrolment_without_schedule ON enrolment (programme) WHERE lacks_schedule;

-- How often a patient measures what; nobody is missed without one. Enrolment takes the programme's own.
CREATE TABLE schedule (
    patient_id int NOT NULL,
    programme text NOT NULL,
    vital text NOT NULL,
    organisation_id int NOT NULL REFERENCES organisation,
    every_hours float8 CHECK (every_hours > 0), -- empty: somebody said that nothing is expected
    since timestamptz NOT NULL, -- nothing is missed before
    set_by int REFERENCES staff, -- empty where nobody enrolled or set it: an upgrade gave it
    by_programme boolean NOT NULL DEFAULT false,
    PRIMARY KEY (patient_id, programme, vital),
    FOREIGN KEY (patient_id, programme) REFERENCES enrolment,
    CHECK (by_programme OR set_by IS NOT NULL),
    CHECK (every_hours BETWEEN 1 AND 8784)
);

-- When nobody expects a patient to measure.
CREATE TABLE pause (
    pause_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    kind text NOT NULL CHECK (kind IN ('holiday', 'hospital')),
    begins_at timestamptz NOT NULL CHECK (is_instant(begins_at)),
    ends_at timestamptz CHECK (is_instant(ends_at)), -- empty: nobody knows yet
    set_by int NOT NULL REFERENCES staff,
    set_at timestamptz NOT NULL,
    ended_by int REFERENCES staff, -- who ended it early
    CHECK (ends_at > begins_at)
);
CREATE INDEX pause_of_patient ON pause (patient_id);

-- In force until it is ended or its time is over; past a rule's hard floor only once a second clinician agrees.
CREATE TABLE personal_limit (
    personal_limit_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    rule_id text NOT NULL,
    vital text NOT NULL,
    value float8 NOT NULL CHECK (value BETWEEN 0 AND 10000), -- in the vital's own unit
    why text NOT NULL CHECK (why <> ''),
    until timestamptz CHECK (is_instant(until)),
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
    value float8 CHECK (value BETWEEN 0 AND 10000),
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


-- Whose a source is, from when to when.

-- The range of one source stands in for btree_gist, which is not everywhere.
CREATE TABLE assignment (
    assignment_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    source_id int NOT NULL REFERENCES source,
    patient_id int NOT NULL REFERENCES patient,
    period tstzrange NOT NULL CHECK (NOT isempty(period)),
    assigned_by int NOT NULL REFERENCES staff,
    assigned_at timestamptz NOT NULL,
    CHECK (lower(period) = '-infinity' OR is_instant(lower(period))),
    CHECK (is_instant(upper(period))),
    CONSTRAINT assignment_without_overlap
        EXCLUDE USING gist (int4range(source_id, source_id, '[]') WITH &&, period WITH &&)
);
CREATE INDEX assignment_of_patient ON assignment (patient_id);
CREATE INDEX assignment_of_source ON assignment (source_id); -- the one that forbids overlap is of ranges

-- An assignment as bounds for an index.
CREATE VIEW assigned AS
SELECT patient_id, source_id, COALESCE(lower(period), '-infinity') AS since, COALESCE(upper(period), 'infinity') AS until
FROM assignment;

-- An assignment that was wrong is changed, and what it was is kept; what was told because of it is kept too, and void.
CREATE TABLE assignment_change (
    assignment_change_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    assignment_id int NOT NULL, -- may be gone
    source_id int NOT NULL REFERENCES source, -- these three as they were before
    patient_id int NOT NULL REFERENCES patient,
    period tstzrange NOT NULL,
    changed_by int NOT NULL REFERENCES staff,
    changed_at timestamptz NOT NULL,
    why text NOT NULL CHECK (why <> ''),
    CHECK (lower(period) = '-infinity' OR is_instant(lower(period))),
    CHECK (is_instant(upper(period)))
);
CREATE INDEX assignment_change_of_source ON assignment_change (source_id);


-- Readings: what was measured. They know only their source; nothing references them by foreign key.

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

-- The device's own bytes, with their own retention: they are found by their age where no chunk can be dropped.
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
CREATE INDEX raw_reading_age ON raw_reading USING brin (captured_at);

-- What a patient did or felt, entered by hand.
CREATE TABLE event (
    source_id int NOT NULL REFERENCES source,
    occurred_at timestamptz NOT NULL CHECK (is_instant(occurred_at)),
    tie smallint NOT NULL,
    hub_run int NOT NULL,
    position int NOT NULL,
    delay_s int, -- as of readings; empty: stored before this was kept
    kind text NOT NULL,
    detail text,
    amount real,
    unit text,
    organisation_id int NOT NULL REFERENCES organisation,
    PRIMARY KEY (source_id, occurred_at, tie)
);

-- Readings whose device's clock was wrong, by that clock: the same record that comes again with another corrected
-- time (of a second hub, or after the clock was set) is known by it.
CREATE TABLE corrected_reading (
    source_id int NOT NULL REFERENCES source,
    device_clock timestamp NOT NULL,
    tie smallint NOT NULL,
    measured_at timestamptz NOT NULL, -- as it is stored
    organisation_id int NOT NULL REFERENCES organisation,
    PRIMARY KEY (source_id, device_clock, tie, measured_at)
);

-- What staff found wrong: the reading is nobody's measurement, or was taken at another time and stands there as a copy.
-- No reading is edited: what is found is a row beside it.
CREATE TABLE reading_correction (
    reading_correction_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient, -- whose it was then
    source_id int NOT NULL REFERENCES source, -- these three are the reading's key
    measured_at timestamptz NOT NULL CHECK (is_instant(measured_at)),
    tie smallint NOT NULL,
    taken_at timestamptz CHECK (is_instant(taken_at)), -- when it was measured in truth; empty: it is retracted
    why text NOT NULL CHECK (why <> ''),
    corrected_by int NOT NULL REFERENCES staff,
    corrected_at timestamptz NOT NULL,
    withdrawn_by int REFERENCES staff, -- who found that it was right after all
    withdrawn_at timestamptz
);
CREATE UNIQUE INDEX corrected_once ON reading_correction (source_id, measured_at, tie) WHERE withdrawn_at IS NULL;
CREATE INDEX correction_of_patient ON reading_correction (patient_id);

-- The readings that count. Whoever judges, counts or summarises reads here.
CREATE VIEW standing_reading AS
SELECT *
FROM reading
WHERE is_of_a_patient(flags) AND NOT EXISTS (
    SELECT FROM reading_correction AS correction
    WHERE correction.source_id = reading.source_id AND correction.measured_at = reading.measured_at
        AND correction.tie = reading.tie AND correction.withdrawn_at IS NULL);

-- One value a row, of the readings that count.
CREATE VIEW standing_value AS
SELECT source_id, measured_at, tie, flags, v.vital, v.value
FROM standing_reading
CROSS JOIN LATERAL (VALUES
    ('systolic_bp', systolic_bp), ('diastolic_bp', diastolic_bp), ('mean_arterial_pressure', mean_arterial_pressure),
    ('pulse_rate', pulse_rate), ('body_weight', body_weight), ('blood_glucose', blood_glucose), ('spo2', spo2),
    ('body_temperature', body_temperature), ('body_fat', body_fat)
) AS v (vital, value)
WHERE v.value IS NOT NULL;

-- What a patient measured in a day, by the patient's own calendar: rewritten by the evaluator for the days that a
-- reading, a correction or an assignment touches.
CREATE TABLE daily_summary (
    patient_id int NOT NULL REFERENCES patient,
    day date NOT NULL,
    vital text NOT NULL,
    organisation_id int NOT NULL REFERENCES organisation,
    readings int NOT NULL,
    flagged int NOT NULL, -- of which the device said something more
    mean real NOT NULL,
    low real NOT NULL,
    high real NOT NULL,
    PRIMARY KEY (patient_id, day, vital)
);


-- Evaluation: what waits to be judged, and what the readings mean.

-- The evaluator's lock on a patient, which ingest never touches; and when a patient is looked at although nothing
-- arrived: a silence begins, a repeat was not taken, a limit has ended.
CREATE TABLE patient_state (
    patient_id int PRIMARY KEY REFERENCES patient,
    organisation_id int NOT NULL REFERENCES organisation,
    as_of timestamptz,
    next_due_at timestamptz,
    rejudge_from timestamptz, -- what was judged since then is judged again: what it is held against has changed
    rejudge_why text
);
CREATE INDEX patient_state_due ON patient_state (next_due_at);

-- What waits to be judged: appended with the readings, deleted by the evaluator. Never updated.
CREATE TABLE due (
    due_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id int NOT NULL,
    since timestamptz NOT NULL CHECK (is_instant(since)),
    appended_at timestamptz -- the gateway's clock
);
CREATE INDEX due_of_source ON due (source_id);

-- The rule sets that judge now. When one changes, what is open is judged again.
CREATE TABLE rule_set_in_force (
    name text PRIMARY KEY,
    version text NOT NULL,
    digest bytea NOT NULL,
    since timestamptz NOT NULL
);

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

-- A condition of a patient. An episode without evidence was none: its number is free again, as numbers count the
-- episodes that stand.
CREATE TABLE episode (
    episode_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    condition text NOT NULL,
    number int NOT NULL,
    opened_at timestamptz NOT NULL, -- the readings' own times
    cleared_at timestamptz,
    entered_in_error_at timestamptz
);
CREATE UNIQUE INDEX episode_number ON episode (patient_id, condition, number) WHERE entered_in_error_at IS NULL;
CREATE UNIQUE INDEX one_open_episode ON episode (patient_id, condition)
    WHERE cleared_at IS NULL AND entered_in_error_at IS NULL;


-- Tasks: work for people, whatever raised it: a rule, a person, or the gateway's own operation.

CREATE TABLE task (
    task_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int REFERENCES patient,
    care_team_id int REFERENCES care_team, -- the patient's; without a patient whose it is, empty: the organisation's
    origin text NOT NULL DEFAULT 'rule' CHECK (origin IN ('rule', 'manual', 'operational')),
    condition text,
    also text[] NOT NULL DEFAULT '{}', -- beside its own: the task of a backlog speaks for several conditions
    episode_id int REFERENCES episode,
    previous_task_id int REFERENCES task,
    rule_id text,
    rule_version text,
    rule_source text,
    title text NOT NULL,
    reason text NOT NULL, -- one plain sentence, of the newest reading
    steps text[] NOT NULL, -- what to do next
    priority text NOT NULL CHECK (priority IN ('routine', 'urgent', 'asap', 'stat')),
    status text NOT NULL CHECK (status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold',
        'completed', 'cancelled', 'failed', 'entered-in-error')),
    version int NOT NULL DEFAULT 1,
    measured_at timestamptz, -- the newest reading that raised or joined it
    is_late boolean NOT NULL DEFAULT false, -- measured long before it arrived; one task for a backlog
    doubt text, -- why the readings may not be the patient's
    repeat_use text CHECK (repeat_use IN ('measurement-check', 'recovery-check')),
    repeat_state text CHECK (repeat_state IN ('asked', 'confirmed', 'withdrawn', 'recovered', 'not-repeated')),
    repeat_from timestamptz, -- a reading measured from then on
    repeat_until timestamptz, -- up to then is the repeat
    owner_id int REFERENCES staff,
    offered_to_id int REFERENCES staff, -- who was asked to take it over
    needs_review boolean NOT NULL DEFAULT false, -- another person confirms how it ended
    proposed_outcome text, -- what that person is asked to confirm
    raised_at timestamptz NOT NULL, -- the gateway's clock: the clocks of the task run from here
    acknowledge_by timestamptz,
    resolve_by timestamptz,
    clock_run int NOT NULL DEFAULT 1, -- goes up when the clocks begin anew: it tells steps of escalation apart
    clock_since timestamptz, -- when this run began
    acknowledged_at timestamptz, -- since when somebody has it
    acted_at timestamptz, -- when a person last did something
    snoozed_until timestamptz CHECK (is_instant(snoozed_until)),
    lapses_at timestamptz, -- when a claim ends that nothing followed
    -- When time alone changes something. The epoch: it was not looked at yet, which is a time that every program can read.
    next_at timestamptz DEFAULT 'epoch',
    -- The clock in force: until somebody has it the first of the two, then the one to resolve it.
    due_at timestamptz GENERATED ALWAYS AS (
        CASE WHEN acknowledged_at IS NULL THEN least(acknowledge_by, resolve_by) ELSE resolve_by END) STORED,
    CHECK (patient_id IS NOT NULL OR origin = 'operational'),
    CHECK (origin <> 'rule' OR (condition, rule_id, rule_version, rule_source, measured_at) IS NOT NULL),
    CHECK ((repeat_use IS NULL) = (repeat_state IS NULL))
);
-- One open task for a patient and condition; raises join it.
CREATE UNIQUE INDEX one_open_task ON task (patient_id, condition) WHERE is_open(status);
CREATE UNIQUE INDEX one_open_operational_task ON task (organisation_id, condition)
    WHERE patient_id IS NULL AND is_open(status);
CREATE INDEX task_of_patient ON task (patient_id, task_id);
CREATE INDEX task_of_owner ON task (owner_id) WHERE is_open(status);
CREATE INDEX task_next ON task (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX task_repeat ON task (repeat_until) WHERE repeat_state = 'asked';
-- The task list sorts and counts by what this index holds, and looks up only the tasks that it shows. What somebody
-- reaches is one list of keys, so that the list reads no other team's tasks: 0 stands for no team, whose tasks are the
-- organisation's.
CREATE INDEX open_task ON task (COALESCE(care_team_id, 0), organisation_id)
    INCLUDE (care_team_id, priority, status, due_at, raised_at, owner_id, offered_to_id, patient_id, rule_id, task_id)
    WHERE is_open(status);

-- A task knows its team, so that a team's list costs what is open for it, however much others have and had.
CREATE FUNCTION take_team_of_patient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT care_team_id INTO NEW.care_team_id FROM patient WHERE patient_id = NEW.patient_id;
    RETURN NEW;
END $$;
CREATE TRIGGER task_team BEFORE INSERT ON task
    FOR EACH ROW WHEN (NEW.patient_id IS NOT NULL) EXECUTE FUNCTION take_team_of_patient();

CREATE FUNCTION give_team_to_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE task SET care_team_id = NEW.care_team_id WHERE patient_id = NEW.patient_id;
    RETURN NULL;
END $$;
CREATE TRIGGER patient_team AFTER UPDATE OF care_team_id ON patient
    FOR EACH ROW EXECUTE FUNCTION give_team_to_tasks();

-- Which tasks a member of staff may see and work: those of one's teams, and of the organisation.
CREATE VIEW task_reach AS
SELECT team_reach.staff_id, task.task_id FROM task JOIN team_reach USING (care_team_id)
UNION ALL
SELECT staff.staff_id, task.task_id FROM task JOIN staff USING (organisation_id) WHERE task.care_team_id IS NULL;

-- Who was told that a clock had run out. The key makes telling twice impossible.
CREATE TABLE escalation (
    task_id int NOT NULL REFERENCES task,
    clock_run int NOT NULL,
    clock text NOT NULL CHECK (clock IN ('acknowledge', 'resolve')),
    step int NOT NULL, -- from 0; those after the last level repeat it
    organisation_id int NOT NULL REFERENCES organisation,
    level text NOT NULL CHECK (level IN ('owner', 'role', 'backup', 'lead')),
    at timestamptz NOT NULL,
    told int[] NOT NULL, -- members of staff
    PRIMARY KEY (task_id, clock_run, clock, step)
);

CREATE TABLE task_transition (
    task_transition_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    task_id int NOT NULL REFERENCES task,
    at timestamptz NOT NULL,
    staff_id int REFERENCES staff, -- empty: the gateway itself
    from_status text,
    to_status text NOT NULL,
    action text, -- what was done; empty where the states say it
    outcome text,
    note text NOT NULL DEFAULT '',
    other_id int REFERENCES staff, -- to whom it was offered
    until timestamptz CHECK (is_instant(until)), -- how long it was put aside
    clock_run int, -- these three with the task are the step of escalation that was taken
    clock text,
    step int,
    FOREIGN KEY (task_id, clock_run, clock, step) REFERENCES escalation
);
CREATE INDEX transition_of_task ON task_transition (task_id);

CREATE TABLE contact_attempt (
    contact_attempt_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    task_id int NOT NULL REFERENCES task,
    at timestamptz NOT NULL,
    staff_id int NOT NULL REFERENCES staff,
    whom text NOT NULL CHECK (whom IN ('patient', 'emergency-contact', 'welfare-check')),
    channel text NOT NULL CHECK (channel IN ('phone', 'video', 'message', 'visit')),
    reached boolean NOT NULL,
    note text NOT NULL
);
CREATE INDEX contact_attempt_of_patient ON contact_attempt (patient_id, at);
CREATE INDEX contact_attempt_of_task ON contact_attempt (task_id);


-- What tasks rest on.

-- The readings a task judged. The key makes judging twice change nothing; a reading that comes to matter more, because a
-- late one shows what it rests on, is told again.
CREATE TABLE evidence (
    patient_id int NOT NULL REFERENCES patient,
    condition text NOT NULL,
    source_id int NOT NULL,
    measured_at timestamptz NOT NULL,
    tie smallint NOT NULL,
    organisation_id int NOT NULL REFERENCES organisation,
    episode_id int NOT NULL REFERENCES episode,
    task_id int NOT NULL REFERENCES task,
    rule_id text NOT NULL, -- by which people were told
    priority text NOT NULL CHECK (priority IN ('routine', 'urgent', 'asap', 'stat')),
    reason text NOT NULL, -- why this reading raised, as people were told
    from_at timestamptz NOT NULL, -- the oldest reading that this one was held against, else its own time
    added_at timestamptz NOT NULL,
    PRIMARY KEY (patient_id, condition, source_id, measured_at, tie, priority)
);
CREATE INDEX evidence_of_task ON evidence (task_id);

-- Evidence that left: its reading is no longer the patient's, or was corrected, or (neither) never was a patient's.
CREATE TABLE evidence_left (
    assignment_change_id int REFERENCES assignment_change,
    reading_correction_id int REFERENCES reading_correction,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    condition text NOT NULL,
    source_id int NOT NULL,
    measured_at timestamptz NOT NULL,
    tie smallint NOT NULL,
    episode_id int NOT NULL REFERENCES episode,
    task_id int NOT NULL REFERENCES task,
    rule_id text NOT NULL,
    priority text NOT NULL CHECK (priority IN ('routine', 'urgent', 'asap', 'stat')),
    reason text NOT NULL,
    from_at timestamptz NOT NULL,
    added_at timestamptz NOT NULL,
    CHECK (num_nonnulls(assignment_change_id, reading_correction_id) <= 1)
);
CREATE INDEX evidence_left_of_task ON evidence_left (task_id);

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


-- Notifications: what people and programs outside are told, written in the transaction of what it tells of, delivered
-- after it. One row a channel and recipient, and nothing of anybody's health: what it is about is behind the link.

CREATE TABLE notification (
    notification_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), -- a repeated delivery has the same
    organisation_id int NOT NULL REFERENCES organisation,
    key text NOT NULL CHECK (key <> ''), -- what it tells of: telling it again changes nothing
    kind text NOT NULL,
    task_id int REFERENCES task,
    channel text NOT NULL CHECK (channel IN ('email', 'webhook')),
    staff_id int REFERENCES staff, -- whom an e-mail is for
    made_at timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
    settled_at timestamptz,
    problem text, -- of the last attempt
    CONSTRAINT told_once UNIQUE NULLS NOT DISTINCT (organisation_id, key, channel, staff_id),
    CHECK ((channel = 'email') = (staff_id IS NOT NULL))
);
CREATE INDEX notification_waiting ON notification (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX notification_failed ON notification (organisation_id, made_at) WHERE state = 'failed';
-- What did not arrive stands until the same person (0: programs) is reached by the same way.
CREATE INDEX notification_sent ON notification (organisation_id, channel, COALESCE(staff_id, 0), settled_at)
    WHERE state = 'sent';

-- Whether those who were to hear that a clock had run out got a message: read from the messages, never written down.
CREATE VIEW escalation_delivery AS
SELECT escalation.task_id, clock_run, clock, step, level, at, told, sent, waiting, retried, failed
FROM escalation
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'sent') AS sent,
        count(*) FILTER (WHERE state = 'waiting' AND problem IS NULL) AS waiting,
        count(*) FILTER (WHERE state = 'waiting' AND problem IS NOT NULL) AS retried,
        count(*) FILTER (WHERE state IN ('failed', 'dropped')) AS failed
    FROM notification
    WHERE notification.organisation_id = escalation.organisation_id AND staff_id IS NOT NULL
        AND key = concat_ws(':', 'task', escalation.task_id, 'escalation', clock_run, clock, step)
) AS delivery;


-- Quarantine: messages that could not be stored. None leaves unseen: a row is never deleted, it is retried or discarded.

CREATE TABLE quarantine (
    quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int REFERENCES organisation, -- of its hub; empty while nobody has enrolled that hub
    received_at timestamptz NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL, -- holds no measured value
    payload bytea NOT NULL,
    whole boolean NOT NULL DEFAULT true, -- the payload is a message; false: one reading of it
    batch_id uuid, -- these four where the message said so
    hub_run int,
    first_position int,
    last_position int,
    epoch bigint, -- where the message said so, also of a hub without a run
    digest bytea, -- sha256 of the payload, where there is no batch id
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'retried', 'discarded')),
    -- A message that comes again is quarantined once.
    CONSTRAINT quarantined_once UNIQUE (hub_run, first_position, last_position)
);
-- From a hub that nobody enrolled there is no position to go by; a message without a readable header has nothing to be
-- known by but its bytes.
CREATE UNIQUE INDEX quarantined_once_without_hub ON quarantine (topic, batch_id) WHERE hub_run IS NULL;
CREATE UNIQUE INDEX quarantined_once_without_header ON quarantine (topic, digest);
CREATE INDEX quarantine_open ON quarantine (organisation_id, reason) WHERE state = 'open';

-- What was done about it, by whom and why.
CREATE TABLE quarantine_step (
    quarantine_step_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quarantine_id bigint NOT NULL REFERENCES quarantine,
    at timestamptz NOT NULL,
    staff_id int NOT NULL REFERENCES staff,
    outcome text NOT NULL CHECK (outcome IN ('stored', 'refused', 'discarded')),
    why text NOT NULL -- holds no measured value
);
CREATE INDEX quarantine_step_of_message ON quarantine_step (quarantine_id);

-- Whose it is to deal with: also of a hub that was enrolled after its message came.
CREATE VIEW quarantined_message AS
SELECT quarantine_id, COALESCE(quarantine.organisation_id, hub.organisation_id) AS organisation_id, received_at, topic,
    reason, first_position, last_position, length(payload) AS size, state, payload, whole, batch_id, epoch
FROM quarantine
LEFT JOIN hub ON hub.name = split_part(topic, '/', 3);


-- The gateway's own work, and what watches it.

-- Which process plays a role that only one may play. The number goes up with each holder: an old one is refused by it.
CREATE TABLE lease (
    name text PRIMARY KEY,
    number bigint NOT NULL,
    expires_at timestamptz NOT NULL
);

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

-- The one canary of this gateway, whichever process sends it.
CREATE TABLE canary (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    alive_at timestamptz NOT NULL, -- when its last receipt came; before the first, when it began
    seconds real -- from sending it to its receipt
);
