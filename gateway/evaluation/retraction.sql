-- name: lock_patients
SELECT FROM patient_state WHERE patient_id = ANY(%(patient_ids)s) ORDER BY patient_id FOR UPDATE

-- name: lock_tasks
SELECT FROM task WHERE task_id = ANY(%(task_ids)s) ORDER BY task_id FOR NO KEY UPDATE

-- name: void_tasks
WITH void AS (
    SELECT task_id, organisation_id, status
    FROM task
    WHERE task_id = ANY(%(task_ids)s) AND status <> 'entered-in-error'
        AND NOT EXISTS (SELECT FROM evidence WHERE evidence.task_id = task.task_id)
), changed AS (
    UPDATE task SET status = 'entered-in-error', version = version + 1 FROM void WHERE task.task_id = void.task_id
)
INSERT INTO task_transition (organisation_id, task_id, at, staff_id, from_status, to_status, note)
SELECT organisation_id, task_id, %(now)s, %(staff_id)s, status, 'entered-in-error', %(note)s FROM void

-- name: restate_tasks
-- A task that keeps some of its evidence says what the newest of it said; it becomes no less pressing.
WITH newest AS (
    SELECT DISTINCT ON (task_id) task_id, evidence.episode_id, evidence.measured_at, evidence.reason
    FROM evidence
    JOIN task USING (task_id)
    WHERE task_id = ANY(%(task_ids)s)
    ORDER BY task_id, evidence.rule_id = task.rule_id DESC, evidence.measured_at DESC, source_id, tie
), changed AS (
    UPDATE task SET measured_at = newest.measured_at, reason = newest.reason, episode_id = newest.episode_id,
        version = version + 1
    FROM newest
    WHERE task.task_id = newest.task_id
    RETURNING task.task_id, task.organisation_id, task.status
)
INSERT INTO task_transition (organisation_id, task_id, at, staff_id, from_status, to_status, note)
SELECT organisation_id, task_id, %(now)s, %(staff_id)s, status, status, %(note)s FROM changed

-- name: void_episodes
UPDATE episode SET entered_in_error_at = %(now)s
WHERE episode_id = ANY(%(episode_ids)s) AND entered_in_error_at IS NULL
    AND NOT EXISTS (SELECT FROM evidence WHERE evidence.episode_id = episode.episode_id)

-- name: shorten_episodes
UPDATE episode SET opened_at = first.measured_at
FROM (
    SELECT episode_id, min(measured_at) AS measured_at FROM evidence WHERE episode_id = ANY(%(episode_ids)s)
    GROUP BY episode_id
) AS first
WHERE episode.episode_id = first.episode_id

-- name: reopen_episodes
-- A reading that left may have been what cleared the newest episode: the next judgement clears it again if it holds.
UPDATE episode SET cleared_at = NULL
WHERE patient_id = %(patient_id)s AND cleared_at >= %(affected_from)s AND entered_in_error_at IS NULL
    AND number = (
        SELECT max(number) FROM episode AS other
        WHERE other.patient_id = episode.patient_id AND other.condition = episode.condition
            AND other.entered_in_error_at IS NULL)
    AND NOT EXISTS (
        SELECT FROM episode AS other
        WHERE other.patient_id = episode.patient_id AND other.condition = episode.condition
            AND other.entered_in_error_at IS NULL AND other.cleared_at IS NULL)
