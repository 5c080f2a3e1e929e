-- name: find
SELECT quarantine_id, received_at, topic, reason, first_position, last_position, size, state
FROM quarantined_message
WHERE (organisation_id = %(organisation_id)s OR organisation_id IS NULL)
    AND state = %(state)s
    AND (%(before)s::bigint IS NULL OR quarantine_id < %(before)s)
ORDER BY quarantine_id DESC
LIMIT %(limit)s

-- name: get
SELECT quarantine_id, received_at, topic, reason, first_position, last_position, size, state, payload, whole, batch_id,
    epoch
FROM quarantined_message
WHERE organisation_id = %(organisation_id)s AND quarantine_id = %(quarantine_id)s

-- name: steps
SELECT at, staff.name AS staff_name, outcome, why
FROM quarantine_step
JOIN staff USING (staff_id)
WHERE quarantine_id = %(quarantine_id)s
ORDER BY quarantine_step_id

-- name: retried
UPDATE quarantine SET state = 'retried' WHERE quarantine_id = %(quarantine_id)s

-- name: discard
UPDATE quarantine SET state = 'discarded' WHERE quarantine_id = %(quarantine_id)s AND state = 'open'

-- name: add_step
INSERT INTO quarantine_step (quarantine_id, at, staff_id, outcome, why)
VALUES (%(quarantine_id)s, %(at)s, %(staff_id)s, %(outcome)s, %(why)s)
