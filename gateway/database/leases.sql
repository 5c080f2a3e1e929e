-- name: take
INSERT INTO lease AS held (name, number, expires_at) VALUES (%(name)s, 1, %(until)s)
ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at,
    number = held.number + (held.number IS DISTINCT FROM %(number)s::bigint)::int
WHERE held.expires_at <= %(now)s OR held.number = %(number)s
RETURNING number

-- name: end_if_idle
-- A process that is stopped in the middle of a transaction must not hold up the next one by its locks.
SELECT set_config('idle_in_transaction_session_timeout', '10s', true)

-- name: check
SELECT FROM lease WHERE name = %(name)s AND number = %(number)s FOR SHARE

-- name: give_back
UPDATE lease SET expires_at = %(now)s WHERE name = %(name)s AND number = %(number)s
