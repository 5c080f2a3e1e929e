-- name: calm
-- Whoever was asked about once is not asked about again, nor who has the number, or had it.
SELECT patient.organisation_id, patient.patient_id, calm.days, calm.first_day, calm.last_day, calm.weight
FROM patient
CROSS JOIN LATERAL (
    SELECT count(*) AS days, min(day) AS first_day, max(day) AS last_day, stddev_samp(mean) AS scatter,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY mean) AS weight
    FROM daily_summary
    WHERE patient_id = patient.patient_id AND vital = %(vital)s AND readings > flagged
        AND day > (%(now)s AT TIME ZONE patient.time_zone)::date - %(days)s
) AS calm
WHERE EXISTS (
        SELECT FROM enrolment
        WHERE enrolment.patient_id = patient.patient_id AND programme = ANY(%(programmes)s))
    AND NOT EXISTS (
        SELECT FROM personal_number
        WHERE personal_number.patient_id = patient.patient_id AND personal_number.name = %(name)s)
    AND NOT EXISTS (
        SELECT FROM task WHERE task.patient_id = patient.patient_id AND task.condition = %(condition)s)
    AND calm.days >= %(least_days)s AND calm.last_day - calm.first_day >= %(days)s - 3 AND calm.scatter <= %(calm_kg)s
ORDER BY patient.patient_id
