-- name: open
WITH new AS (
    INSERT INTO task (organisation_id, patient_id, care_team_id, origin, condition, episode_id, rule_id, rule_version,
        rule_source, title, reason, steps, priority, status, measured_at, raised_at, needs_review, offered_to_id,
        previous_task_id)
    VALUES (%(organisation_id)s, %(patient_id)s, %(care_team_id)s, %(origin)s, %(condition)s, NULL, NULL, NULL, NULL,
        %(title)s, %(reason)s, %(steps)s, %(priority)s, %(status)s, NULL, %(now)s, %(needs_review)s,
        %(offered_to_id)s, NULL)
    ON CONFLICT DO NOTHING
    RETURNING task_id, organisation_id, status
)
INSERT INTO task_transition (organisation_id, task_id, at, staff_id, to_status, action, other_id)
SELECT organisation_id, task_id, %(now)s, %(staff_id)s, status, 'open', %(offered_to_id)s FROM new RETURNING task_id

-- name: find_open
SELECT task_id FROM task
WHERE organisation_id = %(organisation_id)s AND patient_id IS NOT DISTINCT FROM %(patient_id)s
    AND condition = %(condition)s AND is_open(status)

-- name: reopen
WITH new AS (
    INSERT INTO task (organisation_id, patient_id, care_team_id, origin, condition, episode_id, rule_id, rule_version,
        rule_source, title, reason, steps, priority, status, measured_at, raised_at, needs_review, previous_task_id)
    SELECT organisation_id, patient_id, care_team_id, origin, condition, episode_id, rule_id, rule_version,
        rule_source, title, reason, steps, priority, 'ready', measured_at, %(now)s, needs_review, task_id
    FROM task
    WHERE task_id = %(task_id)s
    ON CONFLICT DO NOTHING
    RETURNING task_id, organisation_id, status
)
INSERT INTO task_transition (organisation_id, task_id, at, staff_id, to_status, action, note)
SELECT organisation_id, task_id, %(now)s, %(staff_id)s, status, 'reopen', %(note)s FROM new RETURNING task_id
