-- name: find_account
SELECT staff_id, password_hash, password_expires_at IS NOT NULL AS is_one_time
FROM staff
WHERE username = %(username)s AND deactivated_at IS NULL
    AND (password_expires_at IS NULL OR password_expires_at > %(now)s)

-- name: hold_account
-- Whoever closes the account, or gives it another password, comes before this or after the transaction that asks.
SELECT FROM staff
WHERE staff_id = %(staff_id)s AND password_hash = %(password_hash)s AND deactivated_at IS NULL
    AND (password_expires_at IS NULL OR password_expires_at > %(now)s)
FOR NO KEY UPDATE

-- name: drop_ended_sessions
DELETE FROM session WHERE expires_at <= %(now)s

-- name: begin_session
INSERT INTO session (token_hash, staff_id, expires_at) VALUES (%(token_hash)s, %(staff_id)s, %(expires_at)s)

-- name: staff_of_session
SELECT staff_id, organisation_id, username, name, role, password_expires_at IS NOT NULL AS has_one_time_password
FROM session JOIN staff USING (staff_id)
WHERE token_hash = %(token_hash)s AND expires_at > %(now)s AND deactivated_at IS NULL

-- name: staff_named
SELECT staff_id, organisation_id, username, name, role FROM staff
WHERE username = %(username)s AND deactivated_at IS NULL

-- name: open_administrators
SELECT colleague.username
FROM staff JOIN staff AS colleague USING (organisation_id)
WHERE staff.username = %(username)s AND colleague.role = 'administrator' AND colleague.deactivated_at IS NULL
ORDER BY colleague.username

-- name: end_session
DELETE FROM session WHERE token_hash = %(token_hash)s

-- name: end_all_sessions
DELETE FROM session WHERE staff_id = %(staff_id)s
