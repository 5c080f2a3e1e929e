-- What somebody reaches is one list of keys, so that the task list reads no other team's tasks: 0 stands for no team,
-- whose tasks are the organisation's.
DROP INDEX open_task;
CREATE INDEX open_task ON task (COALESCE(care_team_id, 0), organisation_id)
    INCLUDE (care_team_id, priority, status, due_at, raised_at, owner_id, offered_to_id, patient_id, rule_id, task_id)
    WHERE status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold');
