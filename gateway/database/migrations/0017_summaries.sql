-- What a patient measured in a day, by the patient's own calendar: rewritten by the evaluator for the days that a
-- reading, a correction or an assignment touches.
CREATE TABLE daily_summary (
    patient_id int NOT NULL REFERENCES patient,
    day date NOT NULL,
    vital text NOT NULL,
    organisation_id int NOT NULL REFERENCES organisation,
    readings int NOT NULL,
    flagged int NOT NULL, -- of which the device said something more
    mean real NOT NULL,
    low real NOT NULL,
    high real NOT NULL,
    PRIMARY KEY (patient_id, day, vital)
);

-- Old bytes are found by their age where no chunk can be dropped.
CREATE INDEX raw_reading_age ON raw_reading USING brin (captured_at);

INSERT INTO daily_summary (patient_id, day, vital, organisation_id, readings, flagged, mean, low, high)
SELECT patient_id, (reading.measured_at AT TIME ZONE patient.time_zone)::date, v.vital, patient.organisation_id,
    count(*), count(*) FILTER (WHERE flags <> 0), avg(v.value), min(v.value), max(v.value)
FROM patient
JOIN assignment USING (patient_id)
JOIN standing_reading AS reading USING (source_id)
CROSS JOIN LATERAL (VALUES
    ('systolic_bp', systolic_bp), ('diastolic_bp', diastolic_bp), ('mean_arterial_pressure', mean_arterial_pressure),
    ('pulse_rate', pulse_rate), ('body_weight', body_weight), ('blood_glucose', blood_glucose), ('spo2', spo2),
    ('body_temperature', body_temperature), ('body_fat', body_fat)
) AS v (vital, value)
WHERE v.value IS NOT NULL AND assignment.period @> reading.measured_at
GROUP BY 1, 2, 3, 4;
