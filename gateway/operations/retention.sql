-- name: drop_raw_chunks
SELECT count(*) FROM drop_chunks('raw_reading', older_than => %(before)s::timestamptz)

-- name: delete_raw
DELETE FROM raw_reading
WHERE ctid = ANY(ARRAY(SELECT ctid FROM raw_reading WHERE captured_at < %(before)s LIMIT %(most)s))
