-- name: create_migration_table
CREATE TABLE IF NOT EXISTS migration (
    file text PRIMARY KEY,
    content text NOT NULL,
    applied_at timestamptz NOT NULL
)

-- name: create_kind_table
CREATE TABLE IF NOT EXISTS database_kind (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    kind text NOT NULL
)

-- name: lock
SELECT pg_advisory_lock(7326001)

-- name: unlock
SELECT pg_advisory_unlock(7326001)

-- name: applied
SELECT file, content FROM migration ORDER BY file

-- name: is_migrated
SELECT to_regclass('migration') IS NOT NULL AND to_regclass('database_kind') IS NOT NULL

-- name: record
INSERT INTO migration (file, content, applied_at) VALUES (%(file)s, %(content)s, %(now)s)

-- name: is_timescale_preloaded
SELECT current_setting('timescaledb.max_background_workers', true) IS NOT NULL
    AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')

-- name: create_timescale
CREATE EXTENSION IF NOT EXISTS timescaledb

-- name: timescale_license
SELECT current_setting('timescaledb.license')

-- name: stored_kind
SELECT kind FROM database_kind

-- name: store_kind
INSERT INTO database_kind (kind) VALUES (%(kind)s) ON CONFLICT (one) DO UPDATE SET kind = excluded.kind

-- name: make_hypertables
SELECT create_hypertable(relation, by_range(dimension, interval '28 days'),
    create_default_indexes => false, if_not_exists => true, migrate_data => true)
FROM (VALUES ('reading'::regclass, 'measured_at'::name), ('raw_reading', 'captured_at')) AS t (relation, dimension)

-- name: make_columnstore
-- Without segments, in order of source and time: a segment a patient takes twice the room. Once a chunk is more than a
-- month old almost nothing is written to it any more; what comes later still finds its place.
DO $$
BEGIN
    IF NOT (SELECT compression_enabled FROM timescaledb_information.hypertables
            WHERE hypertable_schema = current_schema AND hypertable_name = 'reading') THEN
        ALTER TABLE reading SET (timescaledb.compress, timescaledb.compress_segmentby = '',
            timescaledb.compress_orderby = 'source_id, measured_at, tie');
        PERFORM add_compression_policy('reading', compress_after => interval '35 days');
    END IF;
END
$$
