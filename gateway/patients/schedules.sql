-- name: schedules
SELECT patient_id, vital, min(every_hours), max(since), bool_and(by_programme AND set_by IS NOT NULL)
FROM schedule
WHERE patient_id = ANY(%(patient_ids)s) AND every_hours IS NOT NULL
GROUP BY patient_id, vital

-- name: schedule_of_patient
SELECT programme, vital, every_hours, since, staff.name AS set_by, by_programme
FROM schedule
LEFT JOIN staff ON staff.staff_id = set_by
WHERE patient_id = %(patient_id)s
ORDER BY programme, vital

-- name: follow
INSERT INTO schedule (patient_id, programme, vital, organisation_id, every_hours, since, set_by, by_programme)
SELECT %(patient_id)s, programme, vital, %(organisation_id)s, every_hours, %(now)s, %(staff_id)s, true
FROM unnest(%(programmes)s::text[], %(vitals)s::text[], %(hours)s::float8[]) AS own (programme, vital, every_hours)
ON CONFLICT DO NOTHING

-- name: set_schedule
INSERT INTO schedule (patient_id, programme, vital, organisation_id, every_hours, since, set_by)
VALUES (%(patient_id)s, %(programme)s, %(vital)s, %(organisation_id)s, %(every_hours)s, %(now)s, %(staff_id)s)
ON CONFLICT (patient_id, programme, vital) DO UPDATE
SET every_hours = excluded.every_hours, since = excluded.since, set_by = excluded.set_by,
    by_programme = excluded.by_programme

-- name: pauses
SELECT patient_id, begins_at, ends_at
FROM pause
WHERE patient_id = ANY(%(patient_ids)s) AND (ends_at > %(since)s OR ends_at IS NULL)
ORDER BY patient_id, begins_at

-- name: pauses_of_patient
SELECT pause_id, kind, begins_at, ends_at, setter.name AS set_by, set_at, ender.name AS ended_by
FROM pause
JOIN staff AS setter ON setter.staff_id = set_by
LEFT JOIN staff AS ender ON ender.staff_id = pause.ended_by
WHERE patient_id = %(patient_id)s
ORDER BY begins_at DESC, pause_id DESC

-- name: add_pause
INSERT INTO pause (organisation_id, patient_id, kind, begins_at, ends_at, set_by, set_at)
VALUES (%(organisation_id)s, %(patient_id)s, %(kind)s, %(begins_at)s, %(ends_at)s, %(staff_id)s, %(now)s)
RETURNING pause_id

-- name: end_pause
-- One that has not begun yet never was.
WITH gone AS (
    DELETE FROM pause WHERE pause_id = %(pause_id)s AND patient_id = %(patient_id)s AND begins_at >= %(now)s
    RETURNING pause_id
), ended AS (
    UPDATE pause SET ends_at = %(now)s, ended_by = %(staff_id)s
    WHERE pause_id = %(pause_id)s AND patient_id = %(patient_id)s AND begins_at < %(now)s
        AND (ends_at > %(now)s OR ends_at IS NULL)
    RETURNING pause_id
)
SELECT pause_id FROM gone UNION SELECT pause_id FROM ended
