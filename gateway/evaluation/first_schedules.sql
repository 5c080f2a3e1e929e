-- name: give
-- Once for each enrolment. A programme that somebody has set a schedule for keeps that alone.
WITH lacking AS (
    UPDATE enrolment SET lacks_schedule = false
    FROM (
        SELECT patient_id, programme FROM enrolment WHERE lacks_schedule AND programme = ANY(%(programmes)s)
        ORDER BY patient_id, programme FOR UPDATE SKIP LOCKED) AS before
    WHERE enrolment.patient_id = before.patient_id AND enrolment.programme = before.programme
    RETURNING enrolment.patient_id, enrolment.organisation_id, enrolment.programme
), given AS (
    INSERT INTO schedule (patient_id, programme, vital, organisation_id, every_hours, since, by_programme)
    SELECT patient_id, programme, vital, organisation_id, every_hours, %(now)s, true
    FROM lacking
    JOIN unnest(%(own_programmes)s::text[], %(vitals)s::text[], %(hours)s::float8[])
        AS own (programme, vital, every_hours) USING (programme)
    WHERE NOT EXISTS (
        SELECT FROM schedule
        WHERE schedule.patient_id = lacking.patient_id AND schedule.programme = lacking.programme)
    RETURNING patient_id, organisation_id, programme, vital, every_hours
), looked_at AS (
    UPDATE patient_state SET next_due_at = least(next_due_at, %(now)s)
    WHERE patient_id IN (SELECT patient_id FROM given)
)
SELECT given.organisation_id, care_team_id, programme, vital, every_hours, array_agg(identifier ORDER BY identifier)
FROM given
JOIN patient USING (patient_id)
GROUP BY given.organisation_id, care_team_id, programme, vital, every_hours
ORDER BY care_team_id, programme, vital
