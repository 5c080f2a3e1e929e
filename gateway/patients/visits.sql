-- name: keep_visit
-- More than has passed since the visit began is not counted; somebody else's visit is left alone.
INSERT INTO visit AS v (visit_id, organisation_id, patient_id, staff_id, began_at, seconds)
SELECT %(visit_id)s, organisation_id, patient_id, %(staff_id)s, %(now)s, 0 FROM patient WHERE patient_id = %(patient_id)s
ON CONFLICT (visit_id) DO UPDATE
SET seconds = greatest(v.seconds, least(%(seconds)s, extract(epoch FROM %(now)s - v.began_at)::int))
WHERE v.staff_id = %(staff_id)s AND v.patient_id = %(patient_id)s

-- name: visits
SELECT staff.name AS staff_name, began_at, seconds
FROM visit
JOIN staff USING (staff_id)
WHERE patient_id = %(patient_id)s AND began_at >= %(since)s AND seconds > 0
ORDER BY began_at DESC
LIMIT %(limit)s

-- name: seconds_spent
SELECT COALESCE(sum(seconds), 0)::int FROM visit WHERE patient_id = %(patient_id)s AND began_at >= %(since)s
