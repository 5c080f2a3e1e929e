-- name: judge_soon
UPDATE patient_state SET next_due_at = least(next_due_at, %(now)s) WHERE patient_id = %(patient_id)s

-- name: judge_again
UPDATE patient_state SET next_due_at = least(next_due_at, %(now)s), rejudge_why = %(why)s,
    rejudge_from = least(rejudge_from, %(lately)s, (
        SELECT min(opened_at) FROM episode
        WHERE episode.patient_id = patient_state.patient_id AND cleared_at IS NULL AND entered_in_error_at IS NULL))
WHERE patient_id = ANY(%(patient_ids)s)
