-- Which states of a task are open is said once, and the indexes of open tasks say it by name.
CREATE FUNCTION is_open(status text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold');

DROP INDEX one_open_task, one_open_operational_task, task_of_owner, open_task;
CREATE UNIQUE INDEX one_open_task ON task (patient_id, condition) WHERE is_open(status);
CREATE UNIQUE INDEX one_open_operational_task ON task (organisation_id, condition)
    WHERE patient_id IS NULL AND is_open(status);
CREATE INDEX task_of_owner ON task (owner_id) WHERE is_open(status);
CREATE INDEX open_task ON task (COALESCE(care_team_id, 0), organisation_id)
    INCLUDE (care_team_id, priority, status, due_at, raised_at, owner_id, offered_to_id, patient_id, rule_id, task_id)
    WHERE is_open(status);
