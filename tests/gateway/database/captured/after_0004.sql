-- A database after migration 0004 on plain PostgreSQL, with rows that the gateway of then made; as pg_dump gave it.
--
-- PostgreSQL database dump
--


-- Dumped from database version 16.14
-- Dumped by pg_dump version 16.14

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: assignment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.assignment (
    assignment_id integer NOT NULL,
    organisation_id integer NOT NULL,
    source_id integer NOT NULL,
    patient_id integer NOT NULL,
    period tstzrange NOT NULL,
    assigned_by integer NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    CONSTRAINT assignment_period_check CHECK ((NOT isempty(period)))
);


--
-- Name: assignment_assignment_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.assignment ALTER COLUMN assignment_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.assignment_assignment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: care_team; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.care_team (
    care_team_id integer NOT NULL,
    organisation_id integer NOT NULL,
    name text NOT NULL,
    CONSTRAINT care_team_name_check CHECK ((name <> ''::text))
);


--
-- Name: care_team_care_team_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.care_team ALTER COLUMN care_team_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.care_team_care_team_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: care_team_member; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.care_team_member (
    care_team_id integer NOT NULL,
    staff_id integer NOT NULL
);


--
-- Name: database_kind; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.database_kind (
    one boolean DEFAULT true NOT NULL,
    kind text NOT NULL,
    CONSTRAINT database_kind_one_check CHECK (one)
);


--
-- Name: device; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.device (
    device_id integer NOT NULL,
    organisation_id integer NOT NULL,
    identifier text NOT NULL,
    manufacturer text,
    model text
);


--
-- Name: device_device_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.device ALTER COLUMN device_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.device_device_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: due; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.due (
    due_id bigint NOT NULL,
    source_id integer NOT NULL,
    since timestamp with time zone NOT NULL
);


--
-- Name: due_due_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.due ALTER COLUMN due_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.due_due_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: enrolment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.enrolment (
    patient_id integer NOT NULL,
    organisation_id integer NOT NULL,
    programme text NOT NULL,
    CONSTRAINT enrolment_programme_check CHECK ((programme <> ''::text))
);


--
-- Name: episode; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.episode (
    episode_id integer NOT NULL,
    organisation_id integer NOT NULL,
    patient_id integer NOT NULL,
    condition text NOT NULL,
    number integer NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    cleared_at timestamp with time zone
);


--
-- Name: episode_episode_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.episode ALTER COLUMN episode_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.episode_episode_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event (
    source_id integer NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    tie smallint NOT NULL,
    hub_run integer NOT NULL,
    "position" integer NOT NULL,
    kind text NOT NULL,
    detail text,
    amount real,
    unit text
);


--
-- Name: evidence; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.evidence (
    patient_id integer NOT NULL,
    condition text NOT NULL,
    source_id integer NOT NULL,
    measured_at timestamp with time zone NOT NULL,
    tie smallint NOT NULL,
    organisation_id integer NOT NULL,
    episode_id integer NOT NULL,
    task_id integer NOT NULL,
    reason text NOT NULL,
    from_at timestamp with time zone NOT NULL,
    added_at timestamp with time zone NOT NULL
);


--
-- Name: hub; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.hub (
    hub_id integer NOT NULL,
    organisation_id integer NOT NULL,
    name text NOT NULL,
    broker_password_hash text NOT NULL,
    online boolean DEFAULT false NOT NULL,
    status_at timestamp with time zone,
    status jsonb
);


--
-- Name: hub_hub_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.hub ALTER COLUMN hub_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.hub_hub_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: hub_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.hub_run (
    hub_run integer NOT NULL,
    hub_id integer NOT NULL,
    epoch bigint NOT NULL,
    held int8multirange DEFAULT '{}'::int8multirange NOT NULL
);


--
-- Name: hub_run_hub_run_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.hub_run ALTER COLUMN hub_run ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.hub_run_hub_run_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: migration; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.migration (
    file text NOT NULL,
    content text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);


--
-- Name: organisation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.organisation (
    organisation_id integer NOT NULL,
    name text NOT NULL,
    CONSTRAINT organisation_name_check CHECK ((name <> ''::text))
);


--
-- Name: organisation_organisation_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.organisation ALTER COLUMN organisation_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.organisation_organisation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: patient; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.patient (
    patient_id integer NOT NULL,
    organisation_id integer NOT NULL,
    care_team_id integer NOT NULL,
    identifier text NOT NULL,
    family_name text NOT NULL,
    given_name text NOT NULL,
    birth_date date NOT NULL,
    time_zone text NOT NULL,
    CONSTRAINT patient_family_name_check CHECK ((family_name <> ''::text)),
    CONSTRAINT patient_identifier_check CHECK ((identifier <> ''::text))
);


--
-- Name: patient_patient_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.patient ALTER COLUMN patient_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.patient_patient_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: patient_state; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.patient_state (
    patient_id integer NOT NULL,
    organisation_id integer NOT NULL,
    as_of timestamp with time zone
);


--
-- Name: quarantine; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quarantine (
    quarantine_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL,
    payload bytea NOT NULL,
    batch_id uuid,
    hub_run integer,
    first_position integer,
    last_position integer,
    organisation_id integer,
    epoch bigint,
    whole boolean DEFAULT true NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    CONSTRAINT quarantine_state_check CHECK ((state = ANY (ARRAY['open'::text, 'retried'::text, 'discarded'::text])))
);


--
-- Name: quarantine_quarantine_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.quarantine ALTER COLUMN quarantine_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.quarantine_quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: quarantine_step; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quarantine_step (
    quarantine_step_id bigint NOT NULL,
    quarantine_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    staff_id integer NOT NULL,
    outcome text NOT NULL,
    why text NOT NULL,
    CONSTRAINT quarantine_step_outcome_check CHECK ((outcome = ANY (ARRAY['stored'::text, 'refused'::text, 'discarded'::text])))
);


--
-- Name: quarantine_step_quarantine_step_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.quarantine_step ALTER COLUMN quarantine_step_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.quarantine_step_quarantine_step_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: quarantined_message; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.quarantined_message AS
 SELECT quarantine.quarantine_id,
    COALESCE(quarantine.organisation_id, hub.organisation_id) AS organisation_id,
    quarantine.received_at,
    quarantine.topic,
    quarantine.reason,
    quarantine.first_position,
    quarantine.last_position,
    length(quarantine.payload) AS size,
    quarantine.state,
    quarantine.payload,
    quarantine.whole,
    quarantine.batch_id,
    quarantine.epoch
   FROM (public.quarantine
     LEFT JOIN public.hub ON ((hub.name = split_part(quarantine.topic, '/'::text, 3))));


--
-- Name: raw_reading; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.raw_reading (
    captured_at timestamp with time zone NOT NULL,
    source_id integer NOT NULL,
    measured_at timestamp with time zone NOT NULL,
    tie smallint NOT NULL,
    reading_id uuid NOT NULL,
    kind text NOT NULL,
    device_clock timestamp without time zone,
    raw bytea NOT NULL
);


--
-- Name: staff; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.staff (
    staff_id integer NOT NULL,
    organisation_id integer NOT NULL,
    username text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT staff_name_check CHECK ((name <> ''::text)),
    CONSTRAINT staff_role_check CHECK ((role = ANY (ARRAY['nurse'::text, 'clinician'::text, 'coordinator'::text, 'administrator'::text]))),
    CONSTRAINT staff_username_check CHECK ((username ~ '^[a-z0-9][a-z0-9._-]{0,62}$'::text))
);


--
-- Name: reach; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.reach AS
 SELECT staff.staff_id,
    patient.patient_id
   FROM (public.staff
     JOIN public.patient USING (organisation_id))
  WHERE ((staff.role = 'administrator'::text) OR (EXISTS ( SELECT
           FROM public.care_team_member member
          WHERE ((member.staff_id = staff.staff_id) AND (member.care_team_id = patient.care_team_id)))));


--
-- Name: reading; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reading (
    measured_at timestamp with time zone NOT NULL,
    source_id integer NOT NULL,
    hub_run integer NOT NULL,
    "position" integer NOT NULL,
    delay_s integer NOT NULL,
    offset_s integer,
    flags integer NOT NULL,
    tie smallint NOT NULL,
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
    absent jsonb,
    original jsonb
);


--
-- Name: session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.session (
    token_hash bytea NOT NULL,
    staff_id integer NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: sign_in_attempt; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sign_in_attempt (
    account_hash bytea NOT NULL,
    address text NOT NULL,
    at timestamp with time zone NOT NULL
);


--
-- Name: source; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.source (
    source_id integer NOT NULL,
    organisation_id integer NOT NULL,
    device_id integer NOT NULL,
    user_slot integer NOT NULL,
    CONSTRAINT source_user_slot_check CHECK (((user_slot >= '-1'::integer) AND (user_slot <= 255)))
);


--
-- Name: source_source_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.source ALTER COLUMN source_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.source_source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: staff_staff_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.staff ALTER COLUMN staff_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.staff_staff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: task; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.task (
    task_id integer NOT NULL,
    organisation_id integer NOT NULL,
    patient_id integer NOT NULL,
    episode_id integer,
    condition text NOT NULL,
    rule_id text NOT NULL,
    rule_version text NOT NULL,
    rule_source text NOT NULL,
    title text NOT NULL,
    reason text NOT NULL,
    steps text[] NOT NULL,
    priority text NOT NULL,
    status text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    measured_at timestamp with time zone NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    owner_id integer,
    previous_task_id integer,
    CONSTRAINT task_priority_check CHECK ((priority = ANY (ARRAY['routine'::text, 'urgent'::text, 'asap'::text, 'stat'::text]))),
    CONSTRAINT task_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'requested'::text, 'accepted'::text, 'in-progress'::text, 'on-hold'::text, 'completed'::text, 'cancelled'::text, 'failed'::text, 'entered-in-error'::text])))
);


--
-- Name: task_task_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.task ALTER COLUMN task_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.task_task_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: task_transition; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.task_transition (
    task_transition_id bigint NOT NULL,
    organisation_id integer NOT NULL,
    task_id integer NOT NULL,
    at timestamp with time zone NOT NULL,
    staff_id integer,
    from_status text,
    to_status text NOT NULL,
    outcome text,
    note text DEFAULT ''::text NOT NULL
);


--
-- Name: task_transition_task_transition_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.task_transition ALTER COLUMN task_transition_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.task_transition_task_transition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Data for Name: assignment; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.assignment OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 1, 1, '["2025-01-25 12:00:00+00",)', 1, '2026-03-01 12:00:00+00'),
	(2, 1, 2, 1, '["2025-01-25 12:00:00+00",)', 1, '2026-03-01 12:00:00+00');


--
-- Data for Name: care_team; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.care_team OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'Team');


--
-- Data for Name: care_team_member; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.care_team_member VALUES
	(1, 1);


--
-- Data for Name: database_kind; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.database_kind VALUES
	(true, 'postgresql');


--
-- Data for Name: device; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.device OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'AA:BB:CC:00:00:02', 'Acme', 'G1'),
	(2, 1, 'AA:BB:CC:00:00:01', 'Acme', 'S1');


--
-- Data for Name: due; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.due OVERRIDING SYSTEM VALUE VALUES
	(5, 1, '2026-02-28 12:00:00+00');


--
-- Data for Name: enrolment; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.enrolment VALUES
	(1, 1, 'diabetes'),
	(1, 1, 'heart-failure'),
	(1, 1, 'hypertension'),
	(2, 1, 'diabetes');


--
-- Data for Name: episode; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.episode OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 1, 'hypoglycaemia', 1, '2026-02-25 12:00:00+00', NULL),
	(2, 1, 1, 'weight-gain', 1, '2026-02-27 12:00:00+00', NULL);


--
-- Data for Name: event; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: evidence; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.evidence VALUES
	(1, 'hypoglycaemia', 1, '2026-02-25 12:00:00+00', -13839, 1, 1, 1, 'Blood glucose 48 mg/dL (below 54 mg/dL)', '2026-02-25 12:00:00+00', '2026-03-01 12:00:00+00'),
	(1, 'hypoglycaemia', 1, '2026-02-26 12:00:00+00', 17240, 1, 1, 1, 'Blood glucose 52 mg/dL (below 54 mg/dL)', '2026-02-26 12:00:00+00', '2026-03-01 12:00:00+00'),
	(1, 'weight-gain', 2, '2026-02-27 12:00:00+00', -12894, 1, 2, 2, 'Body weight 82.1 kg, +2.1 kg in 3.0 days (limit +2 kg in 3 days)', '2026-02-24 12:00:00+00', '2026-03-01 12:00:00+00'),
	(1, 'weight-gain', 2, '2026-02-28 12:00:00+00', -10429, 1, 2, 2, 'Body weight 82.8 kg, +2.1 kg in 3.0 days (limit +2 kg in 3 days)', '2026-02-25 12:00:00+00', '2026-03-01 12:00:00+00');


--
-- Data for Name: hub; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.hub OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'home-1', 'no password', true, '2026-03-01 12:00:00+00', '{"at": null, "epoch": 7, "online": true, "devices": [], "version": null, "waiting": 2, "assigned": 17, "problems": [], "receipted": 15, "clock_synchronised": null}');


--
-- Data for Name: hub_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.hub_run OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 7, '{[1,16)}');


--
-- Data for Name: migration; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.migration VALUES
	('0001_care.sql', '-- Who is cared for, and by whom. Every plain table that holds a patient''s data carries its organisation.

CREATE TABLE organisation (
    organisation_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name <> '''')
);

CREATE TABLE care_team (
    care_team_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    name text NOT NULL CHECK (name <> ''''),
    UNIQUE (organisation_id, name)
);

CREATE TABLE staff (
    staff_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    username text NOT NULL UNIQUE CHECK (username ~ ''^[a-z0-9][a-z0-9._-]{0,62}$''),
    name text NOT NULL CHECK (name <> ''''),
    role text NOT NULL CHECK (role IN (''nurse'', ''clinician'', ''coordinator'', ''administrator'')),
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
    identifier text NOT NULL CHECK (identifier <> ''''), -- the organisation''s own number for the patient
    family_name text NOT NULL CHECK (family_name <> ''''),
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
WHERE staff.role = ''administrator'' OR EXISTS (
    SELECT FROM care_team_member AS member
    WHERE member.staff_id = staff.staff_id AND member.care_team_id = patient.care_team_id);

-- A programme is named by its rule set.
CREATE TABLE enrolment (
    patient_id int NOT NULL REFERENCES patient,
    organisation_id int NOT NULL REFERENCES organisation,
    programme text NOT NULL CHECK (programme <> ''''),
    PRIMARY KEY (patient_id, programme)
);

-- The evaluator''s lock on a patient. Ingest never touches it.
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

-- One life of a hub''s numbering. `held` are the positions accounted for: stored, before or quarantined.
CREATE TABLE hub_run (
    hub_run int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hub_id int NOT NULL REFERENCES hub,
    epoch bigint NOT NULL,
    held int8multirange NOT NULL DEFAULT ''{}'',
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
        EXCLUDE USING gist (int4range(source_id, source_id, ''[]'') WITH &&, period WITH &&)
);
CREATE INDEX assignment_of_patient ON assignment (patient_id);
', '2026-03-01 12:00:00+00'),
	('0002_readings.sql', '-- What was measured. Readings know only their source; nothing references them by foreign key.
-- Columns are only ever added, nullable. `delay_s` and `offset_s` saturate at what 4 bytes hold.

CREATE TABLE reading (
    measured_at timestamptz NOT NULL,
    source_id int NOT NULL,
    hub_run int NOT NULL,
    position int NOT NULL,
    delay_s int NOT NULL, -- from measured_at to the gateway''s clock when stored
    offset_s int, -- device clock minus hub clock
    flags int NOT NULL, -- bits as in the contract''s Flag
    tie smallint NOT NULL, -- the device''s sequence number, else 16 bits of the reading''s id
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

-- The device''s own bytes, with their own retention.
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
', '2026-03-01 12:00:00+00'),
	('0003_tasks.sql', '-- What the readings mean and what is to be done: episode (condition), task (work) and its transitions.

CREATE TABLE episode (
    episode_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    condition text NOT NULL,
    number int NOT NULL,
    opened_at timestamptz NOT NULL, -- the readings'' own times
    cleared_at timestamptz,
    UNIQUE (patient_id, condition, number)
);
CREATE UNIQUE INDEX one_open_episode ON episode (patient_id, condition) WHERE cleared_at IS NULL;

CREATE TABLE task (
    task_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    episode_id int REFERENCES episode,
    condition text NOT NULL,
    rule_id text NOT NULL,
    rule_version text NOT NULL,
    rule_source text NOT NULL,
    title text NOT NULL,
    reason text NOT NULL, -- one plain sentence, of the newest reading
    steps text[] NOT NULL, -- what to do next
    priority text NOT NULL CHECK (priority IN (''routine'', ''urgent'', ''asap'', ''stat'')),
    status text NOT NULL CHECK (status IN (''ready'', ''requested'', ''accepted'', ''in-progress'', ''on-hold'',
        ''completed'', ''cancelled'', ''failed'', ''entered-in-error'')),
    version int NOT NULL DEFAULT 1,
    measured_at timestamptz NOT NULL, -- the newest reading that raised or joined it
    raised_at timestamptz NOT NULL, -- the gateway''s clock: the clocks of the task run from here
    owner_id int REFERENCES staff,
    previous_task_id int REFERENCES task
);
-- One open task for a patient and condition; raises join it.
CREATE UNIQUE INDEX one_open_task ON task (patient_id, condition)
    WHERE status IN (''ready'', ''requested'', ''accepted'', ''in-progress'', ''on-hold'');
CREATE INDEX task_of_patient ON task (patient_id, task_id);

-- The readings a task judged. The key makes judging twice change nothing.
CREATE TABLE evidence (
    patient_id int NOT NULL REFERENCES patient,
    condition text NOT NULL,
    source_id int NOT NULL,
    measured_at timestamptz NOT NULL,
    tie smallint NOT NULL,
    organisation_id int NOT NULL REFERENCES organisation,
    episode_id int NOT NULL REFERENCES episode,
    task_id int NOT NULL REFERENCES task,
    reason text NOT NULL, -- why this reading raised, as people were told
    from_at timestamptz NOT NULL, -- the oldest reading that this one was held against, else its own time
    added_at timestamptz NOT NULL,
    PRIMARY KEY (patient_id, condition, source_id, measured_at, tie)
);
CREATE INDEX evidence_of_task ON evidence (task_id);

CREATE TABLE task_transition (
    task_transition_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    task_id int NOT NULL REFERENCES task,
    at timestamptz NOT NULL,
    staff_id int REFERENCES staff, -- empty: the gateway itself
    from_status text,
    to_status text NOT NULL,
    outcome text,
    note text NOT NULL DEFAULT ''''
);
CREATE INDEX transition_of_task ON task_transition (task_id);
', '2026-03-01 12:00:00+00'),
	('0004_quarantine.sql', '-- What is in quarantine can be worked, and nothing leaves it unseen: a row is never deleted, it is retried or discarded.

ALTER TABLE quarantine
    ADD organisation_id int REFERENCES organisation, -- of its hub; empty while nobody has enrolled that hub
    ADD epoch bigint, -- where the message said so, also of a hub without a run
    ADD whole boolean NOT NULL DEFAULT true, -- the payload is a message; false: one reading of it
    ADD state text NOT NULL DEFAULT ''open'' CHECK (state IN (''open'', ''retried'', ''discarded''));

UPDATE quarantine SET organisation_id = hub.organisation_id FROM hub WHERE hub.name = split_part(topic, ''/'', 3);
UPDATE quarantine SET epoch = hub_run.epoch FROM hub_run WHERE hub_run.hub_run = quarantine.hub_run;
UPDATE quarantine SET whole = false WHERE first_position = last_position AND position(''"readings"''::bytea IN payload) = 0;

CREATE INDEX quarantine_open ON quarantine (organisation_id, reason) WHERE state = ''open'';

-- What was done about it, by whom and why.
CREATE TABLE quarantine_step (
    quarantine_step_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quarantine_id bigint NOT NULL REFERENCES quarantine,
    at timestamptz NOT NULL,
    staff_id int NOT NULL REFERENCES staff,
    outcome text NOT NULL CHECK (outcome IN (''stored'', ''refused'', ''discarded'')),
    why text NOT NULL -- holds no measured value
);
CREATE INDEX quarantine_step_of_message ON quarantine_step (quarantine_id);

-- Whose it is to deal with: also of a hub that was enrolled after its message came.
CREATE VIEW quarantined_message AS
SELECT quarantine_id, COALESCE(quarantine.organisation_id, hub.organisation_id) AS organisation_id, received_at, topic,
    reason, first_position, last_position, length(payload) AS size, state, payload, whole, batch_id, epoch
FROM quarantine
LEFT JOIN hub ON hub.name = split_part(topic, ''/'', 3);
', '2026-03-01 12:00:00+00');


--
-- Data for Name: organisation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.organisation OVERRIDING SYSTEM VALUE VALUES
	(1, 'Ward');


--
-- Data for Name: patient; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.patient OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 1, 'P1', 'Doe', 'Jo', '1950-01-01', 'Europe/Berlin'),
	(2, 1, 1, 'P2', 'Doe', 'Jo', '1950-01-01', 'Europe/Berlin');


--
-- Data for Name: patient_state; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.patient_state VALUES
	(2, 1, NULL),
	(1, 1, '2026-03-01 12:00:00+00');


--
-- Data for Name: quarantine; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.quarantine OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-03-01 12:00:00+00', 'hearthbeat/1/home-1/readings', 'Invalid JSON: expected ident at line 1 column 2', '\x6e6f74206a736f6e', '6980f341-6bad-4d98-a8b7-38954d700f1d', 1, 13, 14, 1, 7, true, 'open'),
	(2, '2026-03-01 12:00:00+00', 'hearthbeat/1/home-9/readings', 'nobody has enrolled this hub', '\x6e6f7468696e67', 'c5f3ff22-d018-42a2-97c5-ac083320760e', NULL, 1, 1, NULL, 7, true, 'open');


--
-- Data for Name: quarantine_step; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: raw_reading; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.raw_reading VALUES
	('2026-02-19 12:00:00+00', 1, '2026-02-19 12:00:00+00', 446, '01bedac2-1167-465a-9ef5-9a210b6eaba8', 'blood_glucose', NULL, '\x00'),
	('2026-02-20 12:00:00+00', 1, '2026-02-20 12:00:00+00', -20037, 'b1bb4faf-4422-4c7a-8078-ace52876661b', 'blood_glucose', NULL, '\x00'),
	('2026-02-21 12:00:00+00', 1, '2026-02-21 12:00:00+00', 5890, '1702b9f8-29c2-4e3c-8cbc-525c82f9439c', 'blood_glucose', NULL, '\x00'),
	('2026-02-22 12:00:00+00', 1, '2026-02-22 12:00:00+00', 25119, '621f5fac-6c5b-414f-ad79-be0396511e67', 'blood_glucose', NULL, '\x00'),
	('2026-02-23 12:00:00+00', 1, '2026-02-23 12:00:00+00', 17785, '4579a6eb-4c66-46b7-b8db-2a15cda91f22', 'blood_glucose', NULL, '\x00'),
	('2026-02-25 12:00:00+00', 1, '2026-02-25 12:00:00+00', -13839, 'c9f14bdb-2fd8-4cb3-a707-a9edf05422df', 'blood_glucose', NULL, '\x00'),
	('2026-02-26 12:00:00+00', 1, '2026-02-26 12:00:00+00', 17240, '43588583-b3da-4d71-b2ac-b20fac257c0c', 'blood_glucose', NULL, '\x00'),
	('2026-02-24 12:00:00+00', 2, '2026-02-24 12:00:00+00', 26991, '696fef39-d72b-4f95-abe6-c57371fa454e', 'body_weight', NULL, '\x00'),
	('2026-02-25 12:00:00+00', 2, '2026-02-25 12:00:00+00', 11933, '2e9dc3db-5351-49b0-b2fa-1dca0f23d322', 'body_weight', NULL, '\x00'),
	('2026-02-26 12:00:00+00', 2, '2026-02-26 12:00:00+00', 27818, '6caa6728-1f40-49b6-b2d2-b7663de5cf49', 'body_weight', NULL, '\x00'),
	('2026-02-27 12:00:00+00', 2, '2026-02-27 12:00:00+00', -12894, 'cda2ef79-f008-4fdd-9a89-28bba2865099', 'body_weight', NULL, '\x00'),
	('2026-02-28 12:00:00+00', 2, '2026-02-28 12:00:00+00', -10429, 'd7439f18-b8ac-4ae9-894c-fb9f39620270', 'body_weight', NULL, '\x00'),
	('2026-02-28 12:00:00+00', 1, '2026-02-28 12:00:00+00', 20016, '4e30e4b4-3cc4-48a8-9ec5-aed2e1d5af21', 'blood_glucose', NULL, '\x00');


--
-- Data for Name: reading; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.reading VALUES
	('2026-02-19 12:00:00+00', 1, 1, 1, 864000, NULL, 0, 446, NULL, NULL, NULL, NULL, NULL, 120, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-20 12:00:00+00', 1, 1, 2, 777600, NULL, 0, -20037, NULL, NULL, NULL, NULL, NULL, 121, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-21 12:00:00+00', 1, 1, 3, 691200, NULL, 0, 5890, NULL, NULL, NULL, NULL, NULL, 122, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-22 12:00:00+00', 1, 1, 4, 604800, NULL, 0, 25119, NULL, NULL, NULL, NULL, NULL, 123, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-23 12:00:00+00', 1, 1, 5, 518400, NULL, 0, 17785, NULL, NULL, NULL, NULL, NULL, 124, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-25 12:00:00+00', 1, 1, 6, 345600, NULL, 0, -13839, NULL, NULL, NULL, NULL, NULL, 48, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-26 12:00:00+00', 1, 1, 7, 259200, NULL, 0, 17240, NULL, NULL, NULL, NULL, NULL, 52, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-24 12:00:00+00', 2, 1, 8, 432000, NULL, 0, 26991, NULL, NULL, NULL, NULL, 80, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-25 12:00:00+00', 2, 1, 9, 345600, NULL, 0, 11933, NULL, NULL, NULL, NULL, 80.7, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-26 12:00:00+00', 2, 1, 10, 259200, NULL, 0, 27818, NULL, NULL, NULL, NULL, 81.4, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-27 12:00:00+00', 2, 1, 11, 172800, NULL, 0, -12894, NULL, NULL, NULL, NULL, 82.1, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-28 12:00:00+00', 2, 1, 12, 86400, NULL, 0, -10429, NULL, NULL, NULL, NULL, 82.8, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-28 12:00:00+00', 1, 1, 15, 86400, NULL, 0, 20016, NULL, NULL, NULL, NULL, NULL, 300, NULL, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: session; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: sign_in_attempt; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: source; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.source OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 1, -1),
	(2, 1, 2, -1);


--
-- Data for Name: staff; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.staff OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'nora', 'Nora', 'administrator', 'no password', '2026-03-01 12:00:00+00');


--
-- Data for Name: task; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.task OVERRIDING SYSTEM VALUE VALUES
	(2, 1, 1, 2, 'weight-gain', 'weight-gain-3-days', '2026.1', '2021 ESC guidelines for heart failure, section 9 and supplementary table 23: patients report a sudden weight gain of > 2 kg in 3 days; raised here from 2.0 kg on', 'Weight gain over 3 days', 'Body weight 82.8 kg, +2.1 kg in 3.0 days (limit +2 kg in 3 days)', '{"Call the patient today. Breathless at rest, cannot lie flat, chest pain or fainting: call emergency services for the patient''s address.","Ask about breathlessness, swelling, sleeping upright, missed diuretics, salt and fluids, and whether anybody else used the scale.","Tell the clinician in charge; adjust the diuretic as the patient''s plan says."}', 'urgent', 'ready', 1, '2026-02-28 12:00:00+00', '2026-03-01 12:00:00+00', NULL, NULL),
	(1, 1, 1, 1, 'hypoglycaemia', 'glucose-below-54', '2026.1', 'ADA Standards of Care in Diabetes 2025, section 6, table 6.4: level 2 hypoglycaemia is glucose < 54 mg/dL, where neuroglycopenic symptoms begin and immediate action is needed', 'Blood glucose below 54 mg/dL', 'Blood glucose 52 mg/dL (below 54 mg/dL)', '{"Call the patient now. If there is no answer, or the patient is drowsy, confused or cannot swallow: call emergency services for the patient''s address.","If awake: 15 to 20 g of fast-acting carbohydrate, measure again after 15 minutes, repeat while below 70 mg/dL.","Ask for insulin or sulfonylurea doses, the last meal, exercise, alcohol and illness; tell the clinician in charge."}', 'urgent', 'accepted', 2, '2026-02-26 12:00:00+00', '2026-03-01 12:00:00+00', 1, NULL);


--
-- Data for Name: task_transition; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.task_transition OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 1, '2026-03-01 12:00:00+00', NULL, NULL, 'ready', NULL, ''),
	(2, 1, 2, '2026-03-01 12:00:00+00', NULL, NULL, 'ready', NULL, ''),
	(3, 1, 1, '2026-03-01 12:00:00+00', 1, 'ready', 'accepted', NULL, '');


--
-- Name: assignment_assignment_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.assignment_assignment_id_seq', 2, true);


--
-- Name: care_team_care_team_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.care_team_care_team_id_seq', 1, true);


--
-- Name: device_device_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.device_device_id_seq', 4, true);


--
-- Name: due_due_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.due_due_id_seq', 5, true);


--
-- Name: episode_episode_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.episode_episode_id_seq', 2, true);


--
-- Name: hub_hub_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.hub_hub_id_seq', 1, true);


--
-- Name: hub_run_hub_run_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.hub_run_hub_run_seq', 1, true);


--
-- Name: organisation_organisation_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.organisation_organisation_id_seq', 1, true);


--
-- Name: patient_patient_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.patient_patient_id_seq', 2, true);


--
-- Name: quarantine_quarantine_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.quarantine_quarantine_id_seq', 2, true);


--
-- Name: quarantine_step_quarantine_step_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.quarantine_step_quarantine_step_id_seq', 1, false);


--
-- Name: source_source_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.source_source_id_seq', 4, true);


--
-- Name: staff_staff_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.staff_staff_id_seq', 1, true);


--
-- Name: task_task_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.task_task_id_seq', 2, true);


--
-- Name: task_transition_task_transition_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.task_transition_task_transition_id_seq', 3, true);


--
-- Name: assignment assignment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_pkey PRIMARY KEY (assignment_id);


--
-- Name: assignment assignment_without_overlap; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_without_overlap EXCLUDE USING gist (int4range(source_id, source_id, '[]'::text) WITH &&, period WITH &&);


--
-- Name: care_team_member care_team_member_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.care_team_member
    ADD CONSTRAINT care_team_member_pkey PRIMARY KEY (care_team_id, staff_id);


--
-- Name: care_team care_team_organisation_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.care_team
    ADD CONSTRAINT care_team_organisation_id_name_key UNIQUE (organisation_id, name);


--
-- Name: care_team care_team_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.care_team
    ADD CONSTRAINT care_team_pkey PRIMARY KEY (care_team_id);


--
-- Name: database_kind database_kind_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.database_kind
    ADD CONSTRAINT database_kind_pkey PRIMARY KEY (one);


--
-- Name: device device_organisation_id_identifier_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_organisation_id_identifier_key UNIQUE (organisation_id, identifier);


--
-- Name: device device_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (device_id);


--
-- Name: due due_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.due
    ADD CONSTRAINT due_pkey PRIMARY KEY (due_id);


--
-- Name: enrolment enrolment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_pkey PRIMARY KEY (patient_id, programme);


--
-- Name: episode episode_patient_id_condition_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.episode
    ADD CONSTRAINT episode_patient_id_condition_number_key UNIQUE (patient_id, condition, number);


--
-- Name: episode episode_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.episode
    ADD CONSTRAINT episode_pkey PRIMARY KEY (episode_id);


--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (source_id, occurred_at, tie);


--
-- Name: evidence evidence_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (patient_id, condition, source_id, measured_at, tie);


--
-- Name: hub hub_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.hub
    ADD CONSTRAINT hub_name_key UNIQUE (name);


--
-- Name: hub hub_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.hub
    ADD CONSTRAINT hub_pkey PRIMARY KEY (hub_id);


--
-- Name: hub_run hub_run_hub_id_epoch_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.hub_run
    ADD CONSTRAINT hub_run_hub_id_epoch_key UNIQUE (hub_id, epoch);


--
-- Name: hub_run hub_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.hub_run
    ADD CONSTRAINT hub_run_pkey PRIMARY KEY (hub_run);


--
-- Name: migration migration_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (file);


--
-- Name: organisation organisation_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_name_key UNIQUE (name);


--
-- Name: organisation organisation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (organisation_id);


--
-- Name: patient patient_organisation_id_identifier_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.patient
    ADD CONSTRAINT patient_organisation_id_identifier_key UNIQUE (organisation_id, identifier);


--
-- Name: patient patient_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.patient
    ADD CONSTRAINT patient_pkey PRIMARY KEY (patient_id);


--
-- Name: patient_state patient_state_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.patient_state
    ADD CONSTRAINT patient_state_pkey PRIMARY KEY (patient_id);


--
-- Name: quarantine quarantine_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (quarantine_id);


--
-- Name: quarantine_step quarantine_step_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine_step
    ADD CONSTRAINT quarantine_step_pkey PRIMARY KEY (quarantine_step_id);


--
-- Name: quarantine quarantined_once; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantined_once UNIQUE (hub_run, first_position, last_position);


--
-- Name: reading reading_once; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reading
    ADD CONSTRAINT reading_once UNIQUE (source_id, measured_at, tie);


--
-- Name: session session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);


--
-- Name: source source_device_id_user_slot_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_device_id_user_slot_key UNIQUE (device_id, user_slot);


--
-- Name: source source_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (source_id);


--
-- Name: staff staff_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (staff_id);


--
-- Name: staff staff_username_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_username_key UNIQUE (username);


--
-- Name: task task_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (task_id);


--
-- Name: task_transition task_transition_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task_transition
    ADD CONSTRAINT task_transition_pkey PRIMARY KEY (task_transition_id);


--
-- Name: assignment_of_patient; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX assignment_of_patient ON public.assignment USING btree (patient_id);


--
-- Name: due_of_source; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX due_of_source ON public.due USING btree (source_id);


--
-- Name: evidence_of_task; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX evidence_of_task ON public.evidence USING btree (task_id);


--
-- Name: one_open_episode; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX one_open_episode ON public.episode USING btree (patient_id, condition) WHERE (cleared_at IS NULL);


--
-- Name: one_open_task; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX one_open_task ON public.task USING btree (patient_id, condition) WHERE (status = ANY (ARRAY['ready'::text, 'requested'::text, 'accepted'::text, 'in-progress'::text, 'on-hold'::text]));


--
-- Name: quarantine_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX quarantine_open ON public.quarantine USING btree (organisation_id, reason) WHERE (state = 'open'::text);


--
-- Name: quarantine_step_of_message; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX quarantine_step_of_message ON public.quarantine_step USING btree (quarantine_id);


--
-- Name: quarantined_once_without_hub; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX quarantined_once_without_hub ON public.quarantine USING btree (topic, batch_id) WHERE (hub_run IS NULL);


--
-- Name: sign_in_attempt_of_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sign_in_attempt_of_account ON public.sign_in_attempt USING btree (account_hash, at);


--
-- Name: task_of_patient; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX task_of_patient ON public.task USING btree (patient_id, task_id);


--
-- Name: transition_of_task; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX transition_of_task ON public.task_transition USING btree (task_id);


--
-- Name: assignment assignment_assigned_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_assigned_by_fkey FOREIGN KEY (assigned_by) REFERENCES public.staff(staff_id);


--
-- Name: assignment assignment_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: assignment assignment_patient_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_patient_id_fkey FOREIGN KEY (patient_id) REFERENCES public.patient(patient_id);


--
-- Name: assignment assignment_source_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT assignment_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(source_id);


--
-- Name: care_team_member care_team_member_care_team_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.care_team_member
    ADD CONSTRAINT care_team_member_care_team_id_fkey FOREIGN KEY (care_team_id) REFERENCES public.care_team(care_team_id);


--
-- Name: care_team_member care_team_member_staff_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.care_team_member
    ADD CONSTRAINT care_team_member_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(staff_id);


--
-- Name: care_team care_team_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.care_team
    ADD CONSTRAINT care_team_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: device device_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: enrolment enrolment_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: enrolment enrolment_patient_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT enrolment_patient_id_fkey FOREIGN KEY (patient_id) REFERENCES public.patient(patient_id);


--
-- Name: episode episode_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.episode
    ADD CONSTRAINT episode_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: episode episode_patient_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.episode
    ADD CONSTRAINT episode_patient_id_fkey FOREIGN KEY (patient_id) REFERENCES public.patient(patient_id);


--
-- Name: event event_source_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(source_id);


--
-- Name: evidence evidence_episode_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES public.episode(episode_id);


--
-- Name: evidence evidence_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: evidence evidence_patient_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_patient_id_fkey FOREIGN KEY (patient_id) REFERENCES public.patient(patient_id);


--
-- Name: evidence evidence_task_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.task(task_id);


--
-- Name: hub hub_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.hub
    ADD CONSTRAINT hub_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: hub_run hub_run_hub_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.hub_run
    ADD CONSTRAINT hub_run_hub_id_fkey FOREIGN KEY (hub_id) REFERENCES public.hub(hub_id);


--
-- Name: patient patient_care_team_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.patient
    ADD CONSTRAINT patient_care_team_id_fkey FOREIGN KEY (care_team_id) REFERENCES public.care_team(care_team_id);


--
-- Name: patient patient_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.patient
    ADD CONSTRAINT patient_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: patient_state patient_state_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.patient_state
    ADD CONSTRAINT patient_state_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: patient_state patient_state_patient_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.patient_state
    ADD CONSTRAINT patient_state_patient_id_fkey FOREIGN KEY (patient_id) REFERENCES public.patient(patient_id);


--
-- Name: quarantine quarantine_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: quarantine_step quarantine_step_quarantine_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine_step
    ADD CONSTRAINT quarantine_step_quarantine_id_fkey FOREIGN KEY (quarantine_id) REFERENCES public.quarantine(quarantine_id);


--
-- Name: quarantine_step quarantine_step_staff_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine_step
    ADD CONSTRAINT quarantine_step_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(staff_id);


--
-- Name: session session_staff_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(staff_id);


--
-- Name: source source_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.device(device_id);


--
-- Name: source source_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: staff staff_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: task task_episode_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES public.episode(episode_id);


--
-- Name: task task_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: task task_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.staff(staff_id);


--
-- Name: task task_patient_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_patient_id_fkey FOREIGN KEY (patient_id) REFERENCES public.patient(patient_id);


--
-- Name: task task_previous_task_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_previous_task_id_fkey FOREIGN KEY (previous_task_id) REFERENCES public.task(task_id);


--
-- Name: task_transition task_transition_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task_transition
    ADD CONSTRAINT task_transition_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(organisation_id);


--
-- Name: task_transition task_transition_staff_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task_transition
    ADD CONSTRAINT task_transition_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(staff_id);


--
-- Name: task_transition task_transition_task_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task_transition
    ADD CONSTRAINT task_transition_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.task(task_id);


--
-- PostgreSQL database dump complete
--


