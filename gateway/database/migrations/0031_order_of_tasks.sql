-- The task list sorts and counts by what this index holds, and looks up only the tasks that it shows.
DROP INDEX open_task;
CREATE INDEX open_task ON task (care_team_id, organisation_id)
    INCLUDE (priority, status, due_at, raised_at, owner_id, offered_to_id, patient_id, rule_id, task_id)
    WHERE status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold');
