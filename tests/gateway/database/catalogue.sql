-- Whatever of a hypertable's chunks is in schemas of their own is left out, as is the order of columns.

-- name: columns
SELECT relname, relkind, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
    pg_get_expr(adbin, adrelid)
FROM pg_attribute
JOIN pg_class ON pg_class.oid = attrelid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S') AND attnum > 0 AND NOT attisdropped

-- name: views
SELECT relname, pg_get_viewdef(oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'

-- name: constraints
-- One that was added to a table with rows may stand as not valid: it holds of all that was written since.
SELECT conrelid::regclass::text, conname, replace(pg_get_constraintdef(oid), ' NOT VALID', '')
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace

-- name: indexes
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'

-- name: triggers
SELECT tgrelid::regclass::text, pg_get_triggerdef(pg_trigger.oid), tgenabled
FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal

-- name: functions
SELECT proname, pg_get_functiondef(oid)
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
