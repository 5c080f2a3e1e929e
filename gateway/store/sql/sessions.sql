-- name: drop_old_attempts
DELETE FROM sign_in_attempt WHERE at < %(since)s

-- name: add_attempt
INSERT INTO sign_in_attempt (account_hash, address, at) VALUES (%(account)s, %(address)s, %(now)s)

-- name: count_attempts
SELECT count(*) FILTER (WHERE address = %(address)s) AS from_address, count(*) AS in_all
FROM sign_in_attempt WHERE account_hash = %(account)s AND at >= %(since)s

-- name: forget_attempts
DELETE FROM sign_in_attempt WHERE account_hash = %(account)s AND address = %(address)s

-- name: find_account
SELECT staff_id, password_hash
FROM staff
WHERE username = %(username)s AND deactivated_at IS NULL
    AND (password_expires_at IS NULL OR password_expires_at > %(now)s)

-- name: drop_ended_sessions
DELETE FROM session WHERE expires_at <= %(now)s

-- name: begin_session
INSERT INTO session (token_hash, staff_id, expires_at) VALUES (%(token_hash)s, %(staff_id)s, %(expires_at)s)

-- name: staff_of_session
SELECT staff_id, organisation_id, username, name, role, password_expires_at IS NOT NULL AS has_one_time_password
FROM session JOIN staff USING (staff_id)
WHERE token_hash = %(token_hash)s AND expires_at > %(now)s

-- name: staff_named
SELECT staff_id, organisation_id, username, name, role FROM staff
WHERE username = %(username)s AND deactivated_at IS NULL

-- name: end_session
DELETE FROM session WHERE token_hash = %(token_hash)s

-- name: end_all_sessions
DELETE FROM session WHERE staff_id = %(staff_id)s
