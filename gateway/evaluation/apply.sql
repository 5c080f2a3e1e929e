-- name: update_episode
UPDATE episode SET opened_at = %(opened_at)s, cleared_at = %(cleared_at)s WHERE episode_id = %(episode_id)s

-- name: absorb_evidence
UPDATE evidence SET episode_id = %(episode_id)s
WHERE patient_id = %(patient_id)s AND condition = %(condition)s AND episode_id = %(absorbed_id)s

-- name: absorb_tasks
UPDATE task SET episode_id = %(episode_id)s WHERE patient_id = %(patient_id)s AND episode_id = %(absorbed_id)s

-- name: void_absorbed
UPDATE episode SET entered_in_error_at = %(now)s WHERE episode_id = %(absorbed_id)s

-- name: insert_episode
INSERT INTO episode (organisation_id, patient_id, condition, number, opened_at, cleared_at)
VALUES (%(organisation_id)s, %(patient_id)s, %(condition)s, %(number)s, %(opened_at)s, %(cleared_at)s)
RETURNING episode_id

-- name: insert_task
WITH new AS (
    INSERT INTO task (organisation_id, patient_id, episode_id, condition, rule_id, rule_version, rule_source,
        title, reason, steps, priority, status, measured_at, raised_at, needs_review, is_late, repeat_use,
        repeat_state, repeat_from, repeat_until, doubt, previous_task_id)
    VALUES (%(organisation_id)s, %(patient_id)s, %(episode_id)s, %(condition)s, %(rule_id)s, %(rule_version)s,
        %(rule_source)s, %(title)s, %(reason)s, %(steps)s, %(priority)s, 'ready', %(measured_at)s, %(now)s,
        %(needs_review)s, %(is_late)s, %(repeat_use)s, %(repeat_state)s, %(repeat_from)s, %(repeat_until)s,
        %(doubt)s, (SELECT max(task_id) FROM task
            WHERE patient_id = %(patient_id)s AND condition = %(condition)s AND status <> 'entered-in-error'))
    RETURNING task_id, organisation_id
)
INSERT INTO task_transition (organisation_id, task_id, at, to_status)
SELECT organisation_id, task_id, %(now)s, 'ready' FROM new RETURNING task_id

-- name: join_task
UPDATE task SET version = version + 1, measured_at = greatest(measured_at, %(measured_at)s),
    is_late = is_late AND %(is_late)s,
    doubt = coalesce(%(doubt)s, doubt),
    reason = CASE WHEN measured_at < %(spoken_at)s AND priority = %(priority)s THEN %(reason)s ELSE reason END
WHERE task_id = %(task_id)s

-- name: raise_task
UPDATE task SET version = version + 1, measured_at = greatest(measured_at, %(measured_at)s), priority = %(priority)s,
    rule_id = %(rule_id)s, rule_version = %(rule_version)s, rule_source = %(rule_source)s, title = %(title)s,
    reason = %(reason)s, steps = %(steps)s, needs_review = needs_review OR %(needs_review)s,
    is_late = is_late AND %(is_late)s,
    doubt = coalesce(%(doubt)s, doubt), repeat_use = %(repeat_use)s,
    repeat_state = %(repeat_state)s, repeat_from = %(repeat_from)s, repeat_until = %(repeat_until)s
WHERE task_id = %(task_id)s

-- name: close_task
UPDATE task SET version = version + 1, status = 'cancelled' WHERE task_id = %(task_id)s

-- name: note_change
INSERT INTO task_transition (organisation_id, task_id, at, from_status, to_status, note)
SELECT organisation_id, task_id, %(now)s, coalesce(%(from_status)s, status), status, %(note)s
FROM task WHERE task_id = %(task_id)s

-- name: speak_for
UPDATE task SET also = also || %(condition)s::text WHERE task_id = %(task_id)s

-- name: repeated
UPDATE task SET version = version + 1, repeat_state = %(repeat_state)s WHERE task_id = %(task_id)s

-- name: move_evidence
UPDATE evidence SET episode_id = %(episode_id)s
WHERE patient_id = %(patient_id)s AND condition = %(condition)s AND source_id = %(source_id)s
    AND measured_at = %(measured_at)s AND tie = %(tie)s

-- name: follow_episode
-- What is open is about the newest episode.
UPDATE task SET episode_id = %(episode_id)s
WHERE patient_id = %(patient_id)s AND condition = %(condition)s
    AND is_open(status)

-- name: insert_evidence
INSERT INTO evidence (patient_id, condition, source_id, measured_at, tie, organisation_id, episode_id, task_id,
    rule_id, priority, reason, from_at, added_at)
VALUES (%(patient_id)s, %(condition)s, %(source_id)s, %(measured_at)s, %(tie)s, %(organisation_id)s,
    %(episode_id)s, %(task_id)s, %(rule_id)s, %(priority)s, %(reason)s, %(from_at)s, %(now)s)
