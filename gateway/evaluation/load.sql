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
    SELECT source_id, measured_at, tie, flags, NULL AS event, {vitals}, absent
    FROM standing_reading
    WHERE source_id = a.source_id AND measured_at >= %(oldest)s
        AND measured_at >= w.from_at AND a.period @> measured_at
    UNION ALL
    SELECT source_id, occurred_at, tie, 0, kind, {vitals: NULL}, NULL
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
SELECT DISTINCT w.patient_id, r.source_id, r.measured_at, r.tie, r.flags, NULL AS event, {vitals: r.$}, r.absent
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
    AND is_open(status)
ORDER BY task_id FOR NO KEY UPDATE

-- name: work
SELECT DISTINCT ON (t.patient_id, c.condition) t.patient_id, c.condition, t.task_id,
    is_open(t.status), t.priority, t.status <> 'ready',
    t.status = 'on-hold', t.is_late, t.also <> '{}', CASE WHEN t.repeat_state = 'asked' THEN t.repeat_use END,
    t.repeat_from, t.repeat_until,
    (SELECT number FROM episode e WHERE e.episode_id = t.episode_id AND e.condition = c.condition),
    (SELECT max(x.at) FROM task d JOIN task_transition x USING (task_id)
        WHERE d.patient_id = t.patient_id AND (d.condition = c.condition OR c.condition = ANY(d.also))
            AND d.status <> 'entered-in-error' AND x.to_status = 'completed')
FROM task t CROSS JOIN LATERAL unnest(t.also || t.condition) AS c (condition)
WHERE t.patient_id = ANY(%(patient_ids)s) AND t.status <> 'entered-in-error' AND t.condition IS NOT NULL
ORDER BY t.patient_id, c.condition, is_open(t.status) DESC,
    t.task_id DESC

-- name: mark_judged
-- What waits to be judged again goes on waiting: it was not taken.
UPDATE patient_state SET as_of = %(now)s,
    next_due_at = least(looked.next_at, CASE WHEN rejudge_from IS NOT NULL THEN next_due_at END)
FROM unnest(%(patient_ids)s::int[], %(next_at)s::timestamptz[]) AS looked (patient_id, next_at)
WHERE patient_state.patient_id = looked.patient_id
