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
