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
    why text NOT NULL CHECK (why <> '')
);
CREATE INDEX assignment_change_of_source ON assignment_change (source_id);

-- Evidence whose reading is no longer the patient's.
CREATE TABLE evidence_left (
    assignment_change_id int NOT NULL REFERENCES assignment_change,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    condition text NOT NULL,
    source_id int NOT NULL,
    measured_at timestamptz NOT NULL,
    tie smallint NOT NULL,
    episode_id int NOT NULL REFERENCES episode,
    task_id int NOT NULL REFERENCES task,
    reason text NOT NULL,
    from_at timestamptz NOT NULL,
    added_at timestamptz NOT NULL
);
CREATE INDEX evidence_left_of_task ON evidence_left (task_id);

-- An episode without evidence was none. Its number is free again: numbers count the episodes that stand.
ALTER TABLE episode
    ADD entered_in_error_at timestamptz,
    DROP CONSTRAINT episode_patient_id_condition_number_key;
CREATE UNIQUE INDEX episode_number ON episode (patient_id, condition, number) WHERE entered_in_error_at IS NULL;
DROP INDEX one_open_episode;
CREATE UNIQUE INDEX one_open_episode ON episode (patient_id, condition)
    WHERE cleared_at IS NULL AND entered_in_error_at IS NULL;
