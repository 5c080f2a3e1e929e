-- name: drop_old
DELETE FROM idempotency_key WHERE at < %(keep_since)s

-- name: reserve
-- Waits for whoever is creating under the same key, to its end.
INSERT INTO idempotency_key (organisation_id, staff_id, key, request_digest, at)
VALUES (%(organisation_id)s, %(staff_id)s, %(key)s, %(digest)s, %(now)s)
ON CONFLICT DO NOTHING

-- name: find
SELECT request_digest, answer FROM idempotency_key WHERE staff_id = %(staff_id)s AND key = %(key)s

-- name: keep
UPDATE idempotency_key SET answer = %(answer)s WHERE staff_id = %(staff_id)s AND key = %(key)s
