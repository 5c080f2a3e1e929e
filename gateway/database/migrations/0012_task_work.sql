-- A task is work for people, whatever raised it: a rule, a person, or the gateway's own operation.

ALTER TABLE task
    ALTER patient_id DROP NOT NULL,
    ALTER condition DROP NOT NULL,
    ALTER rule_id DROP NOT NULL,
    ALTER rule_version DROP NOT NULL,
    ALTER rule_source DROP NOT NULL,
    ALTER measured_at DROP NOT NULL,
    ADD origin text NOT NULL DEFAULT 'rule' CHECK (origin IN ('rule', 'manual', 'operational')),
    ADD care_team_id int REFERENCES care_team, -- whose it is where there is no patient; empty: the organisation's
    ADD needs_review boolean NOT NULL DEFAULT false, -- another person confirms how it ended
    ADD proposed_outcome text, -- what that person is asked to confirm
    ADD offered_to_id int REFERENCES staff, -- who was asked to take it over
    ADD snoozed_until timestamptz,
    ADD acknowledge_by timestamptz,
    ADD resolve_by timestamptz,
    ADD clock_run int NOT NULL DEFAULT 1, -- goes up when the clocks begin anew: it tells steps of escalation apart
    ADD clock_since timestamptz, -- when this run began
    ADD acknowledged_at timestamptz, -- since when somebody has it
    ADD acted_at timestamptz, -- when a person last did something
    ADD lapses_at timestamptz, -- when a claim ends that nothing followed
    ADD next_at timestamptz DEFAULT '-infinity', -- when time alone changes something; the past: it was not looked at yet
    ADD CHECK (patient_id IS NOT NULL OR origin = 'operational'),
    ADD CHECK (origin <> 'rule' OR (condition, rule_id, rule_version, rule_source, measured_at) IS NOT NULL);

UPDATE task SET next_at = NULL
WHERE status NOT IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold');
UPDATE task SET acknowledged_at = raised_at WHERE owner_id IS NOT NULL;

-- The clock in force: until somebody has it the first of the two, then the one to resolve it.
ALTER TABLE task ADD due_at timestamptz GENERATED ALWAYS AS (
    CASE WHEN acknowledged_at IS NULL THEN least(acknowledge_by, resolve_by) ELSE resolve_by END) STORED;

CREATE UNIQUE INDEX one_open_operational_task ON task (organisation_id, condition)
    WHERE patient_id IS NULL AND status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold');
CREATE INDEX task_next ON task (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX task_of_owner ON task (owner_id)
    WHERE status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold');

-- Which tasks a member of staff may see and work: those of patients within reach, and of one's teams' operation.
CREATE VIEW task_reach AS
SELECT staff.staff_id, task.task_id
FROM staff
JOIN task USING (organisation_id)
WHERE CASE WHEN task.patient_id IS NOT NULL THEN EXISTS (
    SELECT FROM reach WHERE reach.staff_id = staff.staff_id AND reach.patient_id = task.patient_id)
ELSE task.care_team_id IS NULL OR staff.role = 'administrator' OR EXISTS (
    SELECT FROM care_team_member AS member
    WHERE member.staff_id = staff.staff_id AND member.care_team_id = task.care_team_id) END;

ALTER TABLE task_transition
    ADD action text, -- what was done; empty where the states say it
    ADD other_id int REFERENCES staff, -- to whom it was offered
    ADD until timestamptz; -- how long it was put aside

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
