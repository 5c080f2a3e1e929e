-- name: failed
INSERT INTO unjudged (patient_id, rule_id, organisation_id, since, failed_at, times, error)
VALUES (%(patient_id)s, %(rule_id)s, %(organisation_id)s, %(since)s, %(now)s, 1, %(error)s)
ON CONFLICT (patient_id, rule_id) DO UPDATE
SET since = least(unjudged.since, excluded.since), times = unjudged.times + 1, error = excluded.error

-- name: succeeded
DELETE FROM unjudged
USING unnest(%(judged_ids)s::int[], %(sinces)s::timestamptz[]) AS judged (patient_id, since)
WHERE unjudged.patient_id = judged.patient_id AND unjudged.since >= judged.since
    AND NOT unjudged.patient_id || ' ' || rule_id = ANY(%(kept)s)

-- name: try_again
UPDATE patient_state SET next_due_at = least(next_due_at, %(again_at)s), rejudge_from = least(rejudge_from, %(since)s)
WHERE patient_id = %(patient_id)s
