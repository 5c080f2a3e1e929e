-- Evidence that left says by which rule it raised, and how much it mattered.

ALTER TABLE evidence_left ADD rule_id text, ADD priority text;
UPDATE evidence_left SET rule_id = task.rule_id, priority = task.priority
FROM task WHERE task.task_id = evidence_left.task_id;
ALTER TABLE evidence_left
    ALTER rule_id SET NOT NULL,
    ALTER priority SET NOT NULL,
    ADD CHECK (priority IN ('routine', 'urgent', 'asap', 'stat'));
