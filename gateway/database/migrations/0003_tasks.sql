-- What the readings mean and what is to be done: episode (condition), task (work) and its transitions.

CREATE TABLE episode (
    episode_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    condition text NOT NULL,
    number int NOT NULL,
    opened_at timestamptz NOT NULL, -- the readings' own times
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
    priority text NOT NULL CHECK (priority IN ('routine', 'urgent', 'asap', 'stat')),
    status text NOT NULL CHECK (status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold',
        'completed', 'cancelled', 'failed', 'entered-in-error')),
    version int NOT NULL DEFAULT 1,
    measured_at timestamptz NOT NULL, -- the newest reading that raised or joined it
    raised_at timestamptz NOT NULL, -- the gateway's clock: the clocks of the task run from here
    owner_id int REFERENCES staff,
    previous_task_id int REFERENCES task
);
-- One open task for a patient and condition; raises join it.
CREATE UNIQUE INDEX one_open_task ON task (patient_id, condition)
    WHERE status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold');
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
    note text NOT NULL DEFAULT ''
);
CREATE INDEX transition_of_task ON task_transition (task_id);
