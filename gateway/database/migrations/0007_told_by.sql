-- By which rule people were told of a reading. One that comes to matter more, because a late reading shows what it
-- rests on, is told again.

ALTER TABLE evidence ADD rule_id text, ADD priority text;
UPDATE evidence SET rule_id = task.rule_id, priority = task.priority FROM task WHERE task.task_id = evidence.task_id;
ALTER TABLE evidence
    ALTER rule_id SET NOT NULL,
    ALTER priority SET NOT NULL,
    ADD CHECK (priority IN ('routine', 'urgent', 'asap', 'stat')),
    DROP CONSTRAINT evidence_pkey,
    ADD PRIMARY KEY (patient_id, condition, source_id, measured_at, tie, priority);
