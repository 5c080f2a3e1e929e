-- What is no patient's value is never judged: demonstration data, control solution and other analytes are kept and shown,
-- and count for nothing.

-- By the bits of the contract's Flag that are not of a patient, which are 28 to 30.
CREATE FUNCTION is_of_a_patient(flags int) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN flags & 1879048192 = 0;

CREATE OR REPLACE VIEW standing_reading AS
SELECT *
FROM reading
WHERE is_of_a_patient(flags) AND NOT EXISTS (
    SELECT FROM reading_correction AS correction
    WHERE correction.source_id = reading.source_id AND correction.measured_at = reading.measured_at
        AND correction.tie = reading.tie AND correction.withdrawn_at IS NULL);

-- Until now such readings were judged. What people were told of them is taken back, as for a reading that is retracted.
CREATE TEMP TABLE stranger ON COMMIT DROP AS
SELECT patient_id, source_id, measured_at, tie
FROM reading
JOIN assignment USING (source_id)
WHERE NOT is_of_a_patient(flags) AND period @> measured_at;

ALTER TABLE evidence_left
    DROP CONSTRAINT evidence_left_check,
    ADD CHECK (num_nonnulls(assignment_change_id, reading_correction_id) <= 1); -- neither: it never was a patient's

CREATE TEMP TABLE gone ON COMMIT DROP AS
SELECT evidence.* FROM evidence JOIN stranger USING (patient_id, source_id, measured_at, tie);
DELETE FROM evidence USING stranger
WHERE evidence.patient_id = stranger.patient_id AND evidence.source_id = stranger.source_id
    AND evidence.measured_at = stranger.measured_at AND evidence.tie = stranger.tie;
INSERT INTO evidence_left (organisation_id, patient_id, condition, source_id, measured_at, tie, episode_id, task_id,
    rule_id, priority, reason, from_at, added_at)
SELECT organisation_id, patient_id, condition, source_id, measured_at, tie, episode_id, task_id, rule_id, priority,
    reason, from_at, added_at
FROM gone;

WITH void AS (
    SELECT task_id, organisation_id, status
    FROM task
    WHERE task_id IN (SELECT task_id FROM gone) AND status <> 'entered-in-error'
        AND NOT EXISTS (SELECT FROM evidence WHERE evidence.task_id = task.task_id)
), changed AS (
    UPDATE task SET status = 'entered-in-error', version = version + 1 FROM void WHERE task.task_id = void.task_id
)
INSERT INTO task_transition (organisation_id, task_id, at, from_status, to_status, note)
SELECT organisation_id, task_id, now(), status, 'entered-in-error', 'It rested on control solution or demonstration data.'
FROM void;

WITH newest AS (
    SELECT DISTINCT ON (task_id) task_id, evidence.episode_id, evidence.measured_at, evidence.reason
    FROM evidence
    JOIN task USING (task_id)
    WHERE task_id IN (SELECT task_id FROM gone)
    ORDER BY task_id, evidence.rule_id = task.rule_id DESC, evidence.measured_at DESC, source_id, tie
), changed AS (
    UPDATE task SET measured_at = newest.measured_at, reason = newest.reason, episode_id = newest.episode_id,
        version = version + 1
    FROM newest
    WHERE task.task_id = newest.task_id
    RETURNING task.task_id, task.organisation_id, task.status
)
INSERT INTO task_transition (organisation_id, task_id, at, from_status, to_status, note)
SELECT organisation_id, task_id, now(), status, status, 'Some of it rested on control solution or demonstration data.'
FROM changed;

UPDATE episode SET entered_in_error_at = now()
WHERE episode_id IN (SELECT episode_id FROM gone) AND entered_in_error_at IS NULL
    AND NOT EXISTS (SELECT FROM evidence WHERE evidence.episode_id = episode.episode_id);

UPDATE episode SET opened_at = first.measured_at
FROM (
    SELECT episode_id, min(measured_at) AS measured_at
    FROM evidence
    WHERE episode_id IN (SELECT episode_id FROM gone)
    GROUP BY episode_id
) AS first
WHERE episode.episode_id = first.episode_id;

-- The newest episode of a condition that such a reading cleared: the next judgement clears it again if it holds.
UPDATE episode SET cleared_at = NULL
FROM stranger
WHERE stranger.patient_id = episode.patient_id AND stranger.measured_at = episode.cleared_at
    AND entered_in_error_at IS NULL
    AND NOT EXISTS (
        SELECT FROM episode AS other
        WHERE other.patient_id = episode.patient_id AND other.condition = episode.condition
            AND other.entered_in_error_at IS NULL
            AND (other.number > episode.number OR other.cleared_at IS NULL));

UPDATE patient_state SET next_due_at = least(next_due_at, now()), rejudge_why = 'What is no patient''s value no longer counts.',
    rejudge_from = least(rejudge_from, now() - interval '1 day', (
        SELECT min(opened_at)
        FROM episode
        WHERE episode.patient_id = patient_state.patient_id AND cleared_at IS NULL AND entered_in_error_at IS NULL))
WHERE patient_id IN (SELECT patient_id FROM stranger);

-- The days of such readings, summarised anew.
CREATE TEMP TABLE strange_day ON COMMIT DROP AS
SELECT DISTINCT patient_id, organisation_id, time_zone, (measured_at AT TIME ZONE time_zone)::date AS day
FROM stranger
JOIN patient USING (patient_id);
DELETE FROM daily_summary USING strange_day
WHERE daily_summary.patient_id = strange_day.patient_id AND daily_summary.day = strange_day.day;
INSERT INTO daily_summary (patient_id, day, vital, organisation_id, readings, flagged, mean, low, high)
SELECT patient_id, day, vital, strange_day.organisation_id, count(*), count(*) FILTER (WHERE flags <> 0), avg(value), min(value),
    max(value)
FROM strange_day
JOIN assignment USING (patient_id)
JOIN standing_value USING (source_id)
WHERE period @> measured_at AND (measured_at AT TIME ZONE time_zone)::date = day
GROUP BY patient_id, day, vital, strange_day.organisation_id;
