-- name: begin
INSERT INTO canary (alive_at) VALUES (%(now)s) ON CONFLICT DO NOTHING

-- name: keep
UPDATE canary SET alive_at = GREATEST(alive_at, %(now)s), seconds = %(seconds)s

-- name: get
SELECT alive_at, seconds FROM canary
