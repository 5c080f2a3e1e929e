-- name: lock_attempts
SELECT pg_advisory_xact_lock(7326003)

-- name: drop_old_attempts
DELETE FROM sign_in_attempt WHERE at < %(since)s

-- name: add_attempt
INSERT INTO sign_in_attempt (account_hash, address, browser_hash, at)
VALUES (%(account)s, %(address)s, %(browser)s, %(now)s)

-- name: known_browser
SELECT token_hash
FROM known_browser JOIN staff USING (staff_id)
WHERE token_hash = %(browser)s AND username = %(username)s AND expires_at > %(now)s

-- name: count_in_browser
SELECT count(*) FROM sign_in_attempt WHERE account_hash = %(account)s AND browser_hash = %(browser)s AND at >= %(since)s

-- name: count_elsewhere
SELECT
    count(*) FILTER (WHERE account_hash = %(account)s AND address = %(address)s) AS at_account_from_address,
    count(*) FILTER (WHERE address = %(address)s) AS from_address,
    count(*) FILTER (WHERE account_hash = %(account)s) AS at_account,
    max(at) FILTER (WHERE account_hash = %(account)s) AS last_at_account,
    count(*) AS in_all,
    max(at) AS last
FROM sign_in_attempt WHERE browser_hash IS NULL AND at >= %(since)s

-- name: forget_attempts
DELETE FROM sign_in_attempt
WHERE account_hash = %(account)s AND address = %(address)s AND browser_hash IS NOT DISTINCT FROM %(browser)s

-- name: forget_all_attempts
DELETE FROM sign_in_attempt WHERE account_hash = %(account)s

-- name: guessed
SELECT username, count(*) AS attempts
FROM staff JOIN sign_in_attempt ON account_hash = sha256(convert_to(username, 'UTF8'))
WHERE organisation_id = %(organisation_id)s AND browser_hash IS NULL AND at >= %(since)s
GROUP BY username
HAVING count(*) >= %(many)s
ORDER BY attempts DESC, username

-- name: drop_old_browsers
DELETE FROM known_browser WHERE expires_at <= %(now)s

-- name: know_browser
INSERT INTO known_browser (staff_id, token_hash, expires_at) VALUES (%(staff_id)s, %(browser)s, %(expires_at)s)
ON CONFLICT (staff_id, token_hash) DO UPDATE SET expires_at = excluded.expires_at

-- name: forget_browsers
DELETE FROM known_browser WHERE staff_id = %(staff_id)s

-- name: is_known_browser
SELECT EXISTS (SELECT FROM known_browser WHERE token_hash = %(browser)s AND expires_at > %(now)s)
