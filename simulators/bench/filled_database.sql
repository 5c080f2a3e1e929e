-- A database after years. Each statement stands alone; what a later one needs an earlier one has made.
INSERT INTO team_plan (care_team_id, organisation_id, time_zone)
SELECT care_team_id, organisation_id, 'UTC' FROM care_team
ON CONFLICT DO NOTHING;

INSERT INTO team_hours (care_team_id, weekday, opens, closes)
SELECT care_team_id, weekday, 0, 1440 FROM team_plan, generate_series(1, 7) AS weekday
WHERE NOT EXISTS (SELECT FROM team_hours AS planned WHERE planned.care_team_id = team_plan.care_team_id);

INSERT INTO patient (organisation_id, care_team_id, identifier, family_name, given_name, birth_date, time_zone)
SELECT organisation_id, care_team_id, concat(name, '-', number), concat('Doe ', number), 'Jo', '1950-01-01', 'UTC'
FROM care_team, generate_series(1, %(a_team)s) AS number
ORDER BY care_team_id, number;

INSERT INTO patient_state (patient_id, organisation_id, as_of)
SELECT patient_id, organisation_id, %(now)s FROM patient;

INSERT INTO enrolment (patient_id, organisation_id, programme)
SELECT patient_id, organisation_id, 'hypertension' FROM patient;

INSERT INTO hub (organisation_id, name, broker_password_hash, online, status_at, status)
SELECT organisation_id, concat('hub-', patient_id), 'none', patient_id %% 50 <> 0, %(now)s, '{}' FROM patient;

INSERT INTO device (organisation_id, identifier, model)
SELECT organisation_id, concat('cuff-', patient_id), 'virtual cuff' FROM patient;

INSERT INTO source (organisation_id, device_id, user_slot, hub_id)
SELECT patient.organisation_id, device_id, -1, hub_id
FROM patient
JOIN device ON device.identifier = concat('cuff-', patient_id)
JOIN hub ON hub.name = concat('hub-', patient_id);

INSERT INTO assignment (organisation_id, source_id, patient_id, period, assigned_by, assigned_at)
SELECT patient.organisation_id, source_id, patient_id, '[2020-01-01,)', %(staff_id)s, '2020-01-01'
FROM patient
JOIN device ON device.identifier = concat('cuff-', patient_id)
JOIN source USING (device_id);

INSERT INTO reading (measured_at, source_id, hub_run, position, delay_s, offset_s, flags, tie,
    systolic_bp, diastolic_bp, pulse_rate)
SELECT %(now)s - number * interval '12 hours' - source_id * interval '1 second', source_id, 0, 0, 60, 0, 0, 0,
    118 + number %% 12, 72 + number %% 8, 60 + number %% 20
FROM generate_series(%(readings)s, 1, -1) AS number, source;

INSERT INTO episode (organisation_id, patient_id, condition, number, opened_at, cleared_at)
SELECT organisation_id, patient_id, 'severe-hypertension', %(tasks)s - number, %(now)s - number * interval '9 days',
    CASE WHEN number > 0 THEN %(now)s - number * interval '8 days' END
FROM generate_series(%(tasks)s, 0, -1) AS number, patient
WHERE number > 0 OR patient_id %% 2 = 0;

INSERT INTO task (organisation_id, patient_id, episode_id, condition, rule_id, rule_version, rule_source, title,
    reason, steps, priority, status, measured_at, raised_at, acknowledge_by, resolve_by, next_at)
SELECT organisation_id, patient_id, episode_id, condition, 'severe-blood-pressure', '1', 'A guideline, 2025',
    'Severe high blood pressure', 'Systolic 190 mmHg (above 180 mmHg)', '{"Call the patient","Ask for a repeat"}',
    (ARRAY['routine', 'urgent', 'asap', 'stat'])[1 + patient_id %% 4],
    CASE WHEN cleared_at IS NULL THEN 'ready' ELSE 'completed' END, opened_at, opened_at,
    opened_at + interval '1 hour', opened_at + interval '4 hours', NULL
FROM episode
ORDER BY episode_id;

INSERT INTO task_transition (organisation_id, task_id, at, staff_id, from_status, to_status, action, outcome)
SELECT organisation_id, task_id, raised_at + step * interval '30 minutes',
    CASE WHEN step > 0 THEN %(staff_id)s END, (ARRAY[NULL, 'ready', 'accepted'])[1 + step],
    (ARRAY['ready', 'accepted', 'completed'])[1 + step], (ARRAY[NULL, 'claim', 'complete'])[1 + step],
    CASE WHEN step = 2 THEN 'advice-given' END
FROM task, generate_series(0, 2) AS step
WHERE step = 0 OR status = 'completed';

INSERT INTO evidence (patient_id, condition, source_id, measured_at, tie, organisation_id, episode_id, task_id, reason,
    from_at, added_at, rule_id, priority)
SELECT patient_id, condition, source_id, measured_at, 0, task.organisation_id, episode_id, task_id, reason,
    measured_at, raised_at, rule_id, priority
FROM task
JOIN assignment USING (patient_id);

INSERT INTO contact_attempt (organisation_id, patient_id, task_id, at, staff_id, whom, channel, reached, note)
SELECT organisation_id, patient_id, task_id, raised_at, %(staff_id)s, 'patient', 'phone', true, ''
FROM task
WHERE status = 'completed';

INSERT INTO access (organisation_id, staff_id, at, method, path, patient_ids, outcome)
SELECT organisation_id, %(staff_id)s, raised_at, 'GET', concat('/patients/', patient_id), ARRAY[patient_id], 'done'
FROM task;
