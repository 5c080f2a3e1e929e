-- Whose a source is, from when to when, as bounds for an index.
CREATE VIEW assigned AS
SELECT patient_id, source_id, COALESCE(lower(period), '-infinity') AS since, COALESCE(upper(period), 'infinity') AS until
FROM assignment;
