-- name: due_sources
SELECT source_id FROM due GROUP BY source_id ORDER BY min(due_id) LIMIT %(limit)s OFFSET %(after)s

-- name: patients_of
-- Also whose it was by an assignment that was wrong: what is left to them is judged again.
SELECT source_id, patient_id FROM assignment WHERE source_id = ANY(%(source_ids)s)
UNION SELECT source_id, patient_id FROM assignment_change WHERE source_id = ANY(%(source_ids)s)

-- name: lock_patients
SELECT patient_id FROM patient_state WHERE patient_id = ANY(%(patient_ids)s)
ORDER BY patient_id FOR UPDATE SKIP LOCKED

-- name: due_patients
SELECT patient_id FROM patient_state WHERE next_due_at <= %(now)s AND patient_id <> ALL(%(resting)s)
ORDER BY next_due_at LIMIT %(limit)s

-- name: take_due
DELETE FROM due WHERE source_id = ANY(%(source_ids)s) RETURNING source_id, since

-- name: leave_to_clocks
-- From then on their patients are judged again. Whatever is in the rows, nothing of it is read here.
WITH taken AS (
    DELETE FROM due WHERE source_id = ANY(%(source_ids)s) RETURNING source_id, since
), owed AS (
    SELECT patient_id, min(since) AS since
    FROM taken
    JOIN (SELECT source_id, patient_id FROM assignment UNION SELECT source_id, patient_id FROM assignment_change)
        AS owner USING (source_id)
    GROUP BY patient_id
)
UPDATE patient_state
SET rejudge_from = least(rejudge_from, owed.since, %(now)s), next_due_at = least(next_due_at, %(now)s)
FROM owed
WHERE patient_state.patient_id = owed.patient_id

-- name: take_looks
-- The rows are locked: what they held is what this statement finds.
WITH before AS (
    SELECT patient_id, rejudge_from, rejudge_why FROM patient_state
    WHERE patient_id = ANY(%(patient_ids)s) AND next_due_at <= %(now)s
)
UPDATE patient_state SET next_due_at = NULL, rejudge_from = NULL, rejudge_why = NULL
FROM before
WHERE patient_state.patient_id = before.patient_id
RETURNING patient_state.patient_id, before.rejudge_from, before.rejudge_why

-- name: patients
SELECT patient_id, organisation_id, time_zone FROM patient WHERE patient_id = ANY(%(patient_ids)s)
ORDER BY patient_id

-- name: anybodys
-- Devices that do not say who uses them, and that others use too.
SELECT DISTINCT a.patient_id, a.source_id
FROM assignment AS a
JOIN source AS mine ON mine.source_id = a.source_id AND mine.user_slot = -1
JOIN source AS other ON other.device_id = mine.device_id
JOIN assignment AS theirs ON theirs.source_id = other.source_id
WHERE a.patient_id = ANY(%(patient_ids)s) AND theirs.patient_id <> a.patient_id AND theirs.period && a.period

-- name: series
SELECT a.patient_id, r.* FROM unnest(%(patient_ids)s::int[], %(froms)s::timestamptz[]) AS w (patient_id, from_at)
JOIN assignment a USING (patient_id)
CROSS JOIN LATERAL (
    SELECT source_id, measured_at, tie, flags, NULL AS event, systolic_bp, diastolic_bp, mean_arterial_pressure,
        pulse_rate, body_weight, blood_glucose, spo2, body_temperature, body_fat, absent
    FROM standing_reading
    WHERE source_id = a.source_id AND measured_at >= %(oldest)s
        AND measured_at >= w.from_at AND a.period @> measured_at
    UNION ALL
    SELECT source_id, occurred_at, tie, 0, kind, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM event
    WHERE source_id = a.source_id AND occurred_at >= w.from_at AND a.period @> occurred_at
) r
ORDER BY a.patient_id, r.measured_at, r.source_id, r.tie

-- name: confirmed
-- Of these somebody has said that they are the patient's: a retraction that was none, or was taken back.
SELECT source_id, measured_at, tie FROM reading_correction
WHERE patient_id = ANY(%(patient_ids)s) AND taken_at IS NULL AND withdrawn_at IS NOT NULL

-- name: known_before
-- What was measured of a vital before, on the last days that have any: however old, a change is held against it.
SELECT DISTINCT w.patient_id, r.source_id, r.measured_at, r.tie, r.flags, NULL AS event, r.systolic_bp, r.diastolic_bp,
    r.mean_arterial_pressure, r.pulse_rate, r.body_weight, r.blood_glucose, r.spo2, r.body_temperature, r.body_fat,
    r.absent
FROM unnest(%(patient_ids)s::int[], %(froms)s::timestamptz[], %(vitals)s::text[]) AS w (patient_id, from_at, vital)
JOIN patient p USING (patient_id)
CROSS JOIN LATERAL (
    SELECT day FROM daily_summary
    WHERE patient_id = w.patient_id AND vital = w.vital AND day <= (w.from_at AT TIME ZONE p.time_zone)::date
    ORDER BY day DESC LIMIT %(days)s
) AS known
JOIN assignment a ON a.patient_id = w.patient_id
CROSS JOIN LATERAL (
    SELECT * FROM standing_reading
    WHERE source_id = a.source_id AND measured_at < w.from_at AND a.period @> measured_at
        AND measured_at >= known.day::timestamp AT TIME ZONE p.time_zone
        AND measured_at < (known.day + 1)::timestamp AT TIME ZONE p.time_zone
) AS r
WHERE to_jsonb(r) ->> w.vital IS NOT NULL

-- name: episodes
SELECT e.patient_id, e.condition, e.episode_id, e.number, e.opened_at,
    coalesce((SELECT max(v.measured_at) FROM evidence v
        WHERE v.patient_id = e.patient_id AND v.condition = e.condition AND v.episode_id = e.episode_id), e.opened_at),
    e.cleared_at
FROM unnest(%(patient_ids)s::int[], %(sinces)s::timestamptz[]) AS w (patient_id, since)
JOIN episode e USING (patient_id)
WHERE e.entered_in_error_at IS NULL AND (e.cleared_at IS NULL OR e.cleared_at >= w.since OR e.number = (
    SELECT max(l.number) FROM episode l
    WHERE l.patient_id = e.patient_id AND l.condition = e.condition AND l.entered_in_error_at IS NULL))
ORDER BY e.patient_id, e.condition, e.number

-- name: told
SELECT v.patient_id, v.condition, v.source_id, v.measured_at, v.tie, array_agg(v.priority)
FROM unnest(%(patient_ids)s::int[], %(sinces)s::timestamptz[]) AS w (patient_id, since)
JOIN evidence v USING (patient_id) WHERE v.measured_at >= w.since
GROUP BY v.patient_id, v.condition, v.source_id, v.measured_at, v.tie

-- name: lock_open_tasks
SELECT FROM task WHERE patient_id = ANY(%(patient_ids)s)
    AND status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold')
ORDER BY task_id FOR NO KEY UPDATE

-- name: work
SELECT DISTINCT ON (t.patient_id, c.condition) t.patient_id, c.condition, t.task_id,
    t.status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold'), t.priority, t.status <> 'ready',
    t.status = 'on-hold', t.is_late, t.also <> '{}', CASE WHEN t.repeat_state = 'asked' THEN t.repeat_use END,
    t.repeat_from, t.repeat_until,
    (SELECT number FROM episode e WHERE e.episode_id = t.episode_id AND e.condition = c.condition),
    (SELECT max(x.at) FROM task d JOIN task_transition x USING (task_id)
        WHERE d.patient_id = t.patient_id AND (d.condition = c.condition OR c.condition = ANY(d.also))
            AND d.status <> 'entered-in-error' AND x.to_status = 'completed')
FROM task t CROSS JOIN LATERAL unnest(t.also || t.condition) AS c (condition)
WHERE t.patient_id = ANY(%(patient_ids)s) AND t.status <> 'entered-in-error' AND t.condition IS NOT NULL
ORDER BY t.patient_id, c.condition, t.status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold') DESC,
    t.task_id DESC

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
    AND status IN ('ready', 'requested', 'accepted', 'in-progress', 'on-hold')

-- name: insert_evidence
INSERT INTO evidence (patient_id, condition, source_id, measured_at, tie, organisation_id, episode_id, task_id,
    rule_id, priority, reason, from_at, added_at)
VALUES (%(patient_id)s, %(condition)s, %(source_id)s, %(measured_at)s, %(tie)s, %(organisation_id)s,
    %(episode_id)s, %(task_id)s, %(rule_id)s, %(priority)s, %(reason)s, %(from_at)s, %(now)s)

-- name: mark_judged
-- What waits to be judged again goes on waiting: it was not taken.
UPDATE patient_state SET as_of = %(now)s,
    next_due_at = least(looked.next_at, CASE WHEN rejudge_from IS NOT NULL THEN next_due_at END)
FROM unnest(%(patient_ids)s::int[], %(next_at)s::timestamptz[]) AS looked (patient_id, next_at)
WHERE patient_state.patient_id = looked.patient_id
