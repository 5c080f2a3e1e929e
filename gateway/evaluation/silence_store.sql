-- name: last_values
-- A value beyond the range of the device counts. A measurement that failed does not: there is no value.
SELECT w.patient_id, w.vital, max(newest.measured_at)
FROM unnest(%(patient_ids)s::int[], %(vitals)s::text[], %(sinces)s::timestamptz[]) AS w (patient_id, vital, since)
JOIN assignment a USING (patient_id)
CROSS JOIN LATERAL (
    SELECT measured_at
    FROM standing_reading r
    WHERE r.source_id = a.source_id AND r.measured_at >= w.since AND r.measured_at <= %(now)s
        AND a.period @> r.measured_at AND (to_jsonb(r) ->> w.vital IS NOT NULL OR r.absent ->> w.vital IN ('above-range', 'below-range'))
    ORDER BY measured_at DESC
    LIMIT 1
) AS newest
GROUP BY w.patient_id, w.vital

-- name: outages
-- A hub that went with most others is spoken for by their common fault. An outage whose task somebody has closed
-- speaks for nobody any more.
SELECT DISTINCT a.patient_id, speaking.outage_id, o.began_at, o.recovered_at
FROM assignment a
JOIN source USING (source_id)
JOIN outage o ON o.hub_id = source.hub_id
LEFT JOIN outage c ON c.organisation_id = o.organisation_id AND c.hub_id IS NULL
    AND o.began_at BETWEEN c.began_at AND c.began_at + %(together)s
JOIN outage speaking ON speaking.outage_id = coalesce(c.outage_id, o.outage_id)
LEFT JOIN task ON task.task_id = speaking.task_id
WHERE a.patient_id = ANY(%(patient_ids)s) AND a.period @> %(now)s
    AND (o.recovered_at IS NULL OR o.recovered_at > %(recovered_since)s)
    AND (task.status IS NULL OR is_open(task.status))
ORDER BY a.patient_id, o.began_at

-- name: group_silence
INSERT INTO outage_silence (outage_id, patient_id, condition, organisation_id, silent_from)
VALUES (%(outage_id)s, %(patient_id)s, %(condition)s, %(organisation_id)s, %(silent_from)s)
ON CONFLICT DO NOTHING

-- name: lock_outage
SELECT hub.name, began_at, task_id,
    CASE WHEN hub_id IS NOT NULL THEN (SELECT care_team_id FROM patient WHERE patient_id = %(patient_id)s) END
FROM outage o LEFT JOIN hub USING (hub_id)
WHERE outage_id = %(outage_id)s FOR UPDATE OF o

-- name: keep_task
UPDATE outage SET task_id = %(task_id)s WHERE outage_id = %(outage_id)s
