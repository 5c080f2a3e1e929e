-- What was in the tables of a database that a gateway had filled, once version 51a7713 had migrated it: as pg_dump gave it.

INSERT INTO organisation (organisation_id, name)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 'Ward');
INSERT INTO staff (staff_id, organisation_id, username, name, role, password_hash, added_at, email, deactivated_at, password_expires_at)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'nora', 'Nora', 'administrator', 'no password', '2026-03-01 12:00:00+00', NULL, NULL, NULL);
INSERT INTO care_team (care_team_id, organisation_id, name)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'Team');
INSERT INTO device (device_id, organisation_id, identifier, manufacturer, model)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'AA:BB:CC:00:00:02', 'Acme', 'G1'),
	(2, 1, 'AA:BB:CC:00:00:01', 'Acme', 'S1');
INSERT INTO hub (hub_id, organisation_id, name, broker_password_hash, online, status_at, status, waiting_since)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'home-1', 'no password', true, '2026-03-01 12:00:00+00', '{"at": null, "epoch": 7, "online": true, "devices": [], "version": null, "waiting": 2, "assigned": 17, "problems": [], "receipted": 15, "clock_synchronised": null}', NULL);
INSERT INTO patient (patient_id, organisation_id, care_team_id, identifier, family_name, given_name, birth_date, time_zone)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 1, 'P1', 'Doe', 'Jo', '1950-01-01', 'Europe/Berlin'),
	(2, 1, 1, 'P2', 'Doe', 'Jo', '1950-01-01', 'Europe/Berlin');
INSERT INTO source (source_id, organisation_id, device_id, user_slot, hub_id)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 1, -1, NULL),
	(2, 1, 2, -1, NULL);
INSERT INTO assignment (assignment_id, organisation_id, source_id, patient_id, period, assigned_by, assigned_at)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 1, 1, '["2025-01-25 12:00:00+00",)', 1, '2026-03-01 12:00:00+00'),
	(2, 1, 2, 1, '["2025-01-25 12:00:00+00",)', 1, '2026-03-01 12:00:00+00');
INSERT INTO care_team_member (care_team_id, staff_id) VALUES
	(1, 1);
INSERT INTO episode (episode_id, organisation_id, patient_id, condition, number, opened_at, cleared_at, entered_in_error_at)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 1, 'hypoglycaemia', 1, '2026-02-25 12:00:00+00', NULL, NULL),
	(2, 1, 1, 'weight-gain', 1, '2026-02-27 12:00:00+00', NULL, NULL);
INSERT INTO task (task_id, organisation_id, patient_id, episode_id, condition, rule_id, rule_version, rule_source, title, reason, steps, priority, status, version, measured_at, raised_at, owner_id, previous_task_id, origin, care_team_id, needs_review, proposed_outcome, offered_to_id, snoozed_until, acknowledge_by, resolve_by, clock_run, clock_since, acknowledged_at, acted_at, lapses_at, next_at, repeat_use, repeat_state, repeat_from, repeat_until, is_late, doubt, also)
    OVERRIDING SYSTEM VALUE VALUES
	(2, 1, 1, 2, 'weight-gain', 'weight-gain-3-days', '2026.1', '2021 ESC guidelines for heart failure, section 9 and supplementary table 23: patients report a sudden weight gain of > 2 kg in 3 days; raised here from 2.0 kg on', 'Weight gain over 3 days', 'Body weight 82.8 kg, +2.1 kg in 3.0 days (limit +2 kg in 3 days)', '{"Call the patient today. Breathless at rest, cannot lie flat, chest pain or fainting: call emergency services for the patient''s address.","Ask about breathlessness, swelling, sleeping upright, missed diuretics, salt and fluids, and whether anybody else used the scale.","Tell the clinician in charge; adjust the diuretic as the patient''s plan says."}', 'urgent', 'ready', 1, '2026-02-28 12:00:00+00', '2026-03-01 12:00:00+00', NULL, NULL, 'rule', 1, false, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, '1970-01-01 00:00:00+00', NULL, NULL, NULL, NULL, false, NULL, '{}'),
	(1, 1, 1, 1, 'hypoglycaemia', 'glucose-below-54', '2026.1', 'ADA Standards of Care in Diabetes 2025, section 6, table 6.4: level 2 hypoglycaemia is glucose < 54 mg/dL, where neuroglycopenic symptoms begin and immediate action is needed', 'Blood glucose below 54 mg/dL', 'Blood glucose 52 mg/dL (below 54 mg/dL)', '{"Call the patient now. If there is no answer, or the patient is drowsy, confused or cannot swallow: call emergency services for the patient''s address.","If awake: 15 to 20 g of fast-acting carbohydrate, measure again after 15 minutes, repeat while below 70 mg/dL.","Ask for insulin or sulfonylurea doses, the last meal, exercise, alcohol and illness; tell the clinician in charge."}', 'urgent', 'accepted', 2, '2026-02-26 12:00:00+00', '2026-03-01 12:00:00+00', 1, NULL, 'rule', 1, false, NULL, NULL, NULL, NULL, NULL, 1, NULL, '2026-03-01 12:00:00+00', NULL, NULL, '1970-01-01 00:00:00+00', NULL, NULL, NULL, NULL, false, NULL, '{}');
INSERT INTO daily_summary (patient_id, day, vital, organisation_id, readings, flagged, mean, low, high) VALUES
	(1, '2026-02-27', 'body_weight', 1, 1, 0, 82.1, 82.1, 82.1),
	(1, '2026-02-25', 'body_weight', 1, 1, 0, 80.7, 80.7, 80.7),
	(1, '2026-02-28', 'blood_glucose', 1, 1, 0, 300, 300, 300),
	(1, '2026-02-22', 'blood_glucose', 1, 1, 0, 123, 123, 123),
	(1, '2026-02-24', 'body_weight', 1, 1, 0, 80, 80, 80),
	(1, '2026-02-23', 'blood_glucose', 1, 1, 0, 124, 124, 124),
	(1, '2026-02-28', 'body_weight', 1, 1, 0, 82.8, 82.8, 82.8),
	(1, '2026-02-25', 'blood_glucose', 1, 1, 0, 48, 48, 48),
	(1, '2026-02-20', 'blood_glucose', 1, 1, 0, 121, 121, 121),
	(1, '2026-02-26', 'blood_glucose', 1, 1, 0, 52, 52, 52),
	(1, '2026-02-21', 'blood_glucose', 1, 1, 0, 122, 122, 122),
	(1, '2026-02-26', 'body_weight', 1, 1, 0, 81.4, 81.4, 81.4),
	(1, '2026-02-19', 'blood_glucose', 1, 1, 0, 120, 120, 120);
INSERT INTO due (due_id, source_id, since, appended_at)
    OVERRIDING SYSTEM VALUE VALUES
	(5, 1, '2026-02-28 12:00:00+00', NULL);
INSERT INTO enrolment (patient_id, organisation_id, programme, reason, reason_by) VALUES
	(1, 1, 'diabetes', NULL, NULL),
	(1, 1, 'heart-failure', NULL, NULL),
	(1, 1, 'hypertension', NULL, NULL),
	(2, 1, 'diabetes', NULL, NULL);
INSERT INTO evidence (patient_id, condition, source_id, measured_at, tie, organisation_id, episode_id, task_id, reason, from_at, added_at, rule_id, priority) VALUES
	(1, 'hypoglycaemia', 1, '2026-02-25 12:00:00+00', -13839, 1, 1, 1, 'Blood glucose 48 mg/dL (below 54 mg/dL)', '2026-02-25 12:00:00+00', '2026-03-01 12:00:00+00', 'glucose-below-54', 'urgent'),
	(1, 'hypoglycaemia', 1, '2026-02-26 12:00:00+00', 17240, 1, 1, 1, 'Blood glucose 52 mg/dL (below 54 mg/dL)', '2026-02-26 12:00:00+00', '2026-03-01 12:00:00+00', 'glucose-below-54', 'urgent'),
	(1, 'weight-gain', 2, '2026-02-27 12:00:00+00', -12894, 1, 2, 2, 'Body weight 82.1 kg, +2.1 kg in 3.0 days (limit +2 kg in 3 days)', '2026-02-24 12:00:00+00', '2026-03-01 12:00:00+00', 'weight-gain-3-days', 'urgent'),
	(1, 'weight-gain', 2, '2026-02-28 12:00:00+00', -10429, 1, 2, 2, 'Body weight 82.8 kg, +2.1 kg in 3.0 days (limit +2 kg in 3 days)', '2026-02-25 12:00:00+00', '2026-03-01 12:00:00+00', 'weight-gain-3-days', 'urgent');
INSERT INTO hub_run (hub_run, hub_id, epoch, held, assigned_upto, used_twice)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 7, '{[1,16)}', 17, false);
INSERT INTO patient_state (patient_id, organisation_id, as_of, next_due_at, rejudge_from, rejudge_why) VALUES
	(2, 1, NULL, NULL, NULL, NULL),
	(1, 1, '2026-03-01 12:00:00+00', NULL, NULL, NULL);
INSERT INTO quarantine (quarantine_id, received_at, topic, reason, payload, batch_id, hub_run, first_position, last_position, organisation_id, epoch, whole, state, digest)
    OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-03-01 12:00:00+00', 'hearthbeat/1/home-1/readings', 'Invalid JSON: expected ident at line 1 column 2', '\x6e6f74206a736f6e', '6980f341-6bad-4d98-a8b7-38954d700f1d', 1, 13, 14, 1, 7, true, 'open', NULL),
	(2, '2026-03-01 12:00:00+00', 'hearthbeat/1/home-9/readings', 'nobody has enrolled this hub', '\x6e6f7468696e67', 'c5f3ff22-d018-42a2-97c5-ac083320760e', NULL, 1, 1, NULL, 7, true, 'open', NULL);
INSERT INTO raw_reading (captured_at, source_id, measured_at, tie, reading_id, kind, device_clock, raw) VALUES
	('2026-02-19 12:00:00+00', 1, '2026-02-19 12:00:00+00', 446, '01bedac2-1167-465a-9ef5-9a210b6eaba8', 'blood_glucose', NULL, '\x00'),
	('2026-02-20 12:00:00+00', 1, '2026-02-20 12:00:00+00', -20037, 'b1bb4faf-4422-4c7a-8078-ace52876661b', 'blood_glucose', NULL, '\x00'),
	('2026-02-21 12:00:00+00', 1, '2026-02-21 12:00:00+00', 5890, '1702b9f8-29c2-4e3c-8cbc-525c82f9439c', 'blood_glucose', NULL, '\x00'),
	('2026-02-22 12:00:00+00', 1, '2026-02-22 12:00:00+00', 25119, '621f5fac-6c5b-414f-ad79-be0396511e67', 'blood_glucose', NULL, '\x00'),
	('2026-02-23 12:00:00+00', 1, '2026-02-23 12:00:00+00', 17785, '4579a6eb-4c66-46b7-b8db-2a15cda91f22', 'blood_glucose', NULL, '\x00'),
	('2026-02-25 12:00:00+00', 1, '2026-02-25 12:00:00+00', -13839, 'c9f14bdb-2fd8-4cb3-a707-a9edf05422df', 'blood_glucose', NULL, '\x00'),
	('2026-02-26 12:00:00+00', 1, '2026-02-26 12:00:00+00', 17240, '43588583-b3da-4d71-b2ac-b20fac257c0c', 'blood_glucose', NULL, '\x00'),
	('2026-02-24 12:00:00+00', 2, '2026-02-24 12:00:00+00', 26991, '696fef39-d72b-4f95-abe6-c57371fa454e', 'body_weight', NULL, '\x00'),
	('2026-02-25 12:00:00+00', 2, '2026-02-25 12:00:00+00', 11933, '2e9dc3db-5351-49b0-b2fa-1dca0f23d322', 'body_weight', NULL, '\x00'),
	('2026-02-26 12:00:00+00', 2, '2026-02-26 12:00:00+00', 27818, '6caa6728-1f40-49b6-b2d2-b7663de5cf49', 'body_weight', NULL, '\x00'),
	('2026-02-27 12:00:00+00', 2, '2026-02-27 12:00:00+00', -12894, 'cda2ef79-f008-4fdd-9a89-28bba2865099', 'body_weight', NULL, '\x00'),
	('2026-02-28 12:00:00+00', 2, '2026-02-28 12:00:00+00', -10429, 'd7439f18-b8ac-4ae9-894c-fb9f39620270', 'body_weight', NULL, '\x00'),
	('2026-02-28 12:00:00+00', 1, '2026-02-28 12:00:00+00', 20016, '4e30e4b4-3cc4-48a8-9ec5-aed2e1d5af21', 'blood_glucose', NULL, '\x00');
INSERT INTO reading (measured_at, source_id, hub_run, "position", delay_s, offset_s, flags, tie, systolic_bp, diastolic_bp, mean_arterial_pressure, pulse_rate, body_weight, blood_glucose, spo2, body_temperature, body_fat, meal, absent, original) VALUES
	('2026-02-19 12:00:00+00', 1, 1, 1, 864000, NULL, 0, 446, NULL, NULL, NULL, NULL, NULL, 120, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-20 12:00:00+00', 1, 1, 2, 777600, NULL, 0, -20037, NULL, NULL, NULL, NULL, NULL, 121, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-21 12:00:00+00', 1, 1, 3, 691200, NULL, 0, 5890, NULL, NULL, NULL, NULL, NULL, 122, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-22 12:00:00+00', 1, 1, 4, 604800, NULL, 0, 25119, NULL, NULL, NULL, NULL, NULL, 123, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-23 12:00:00+00', 1, 1, 5, 518400, NULL, 0, 17785, NULL, NULL, NULL, NULL, NULL, 124, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-25 12:00:00+00', 1, 1, 6, 345600, NULL, 0, -13839, NULL, NULL, NULL, NULL, NULL, 48, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-26 12:00:00+00', 1, 1, 7, 259200, NULL, 0, 17240, NULL, NULL, NULL, NULL, NULL, 52, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-24 12:00:00+00', 2, 1, 8, 432000, NULL, 0, 26991, NULL, NULL, NULL, NULL, 80, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-25 12:00:00+00', 2, 1, 9, 345600, NULL, 0, 11933, NULL, NULL, NULL, NULL, 80.7, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-26 12:00:00+00', 2, 1, 10, 259200, NULL, 0, 27818, NULL, NULL, NULL, NULL, 81.4, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-27 12:00:00+00', 2, 1, 11, 172800, NULL, 0, -12894, NULL, NULL, NULL, NULL, 82.1, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-28 12:00:00+00', 2, 1, 12, 86400, NULL, 0, -10429, NULL, NULL, NULL, NULL, 82.8, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('2026-02-28 12:00:00+00', 1, 1, 15, 86400, NULL, 0, 20016, NULL, NULL, NULL, NULL, NULL, 300, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO task_transition (task_transition_id, organisation_id, task_id, at, staff_id, from_status, to_status, outcome, note, action, other_id, until)
    OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 1, '2026-03-01 12:00:00+00', NULL, NULL, 'ready', NULL, '', NULL, NULL, NULL),
	(2, 1, 2, '2026-03-01 12:00:00+00', NULL, NULL, 'ready', NULL, '', NULL, NULL, NULL),
	(3, 1, 1, '2026-03-01 12:00:00+00', 1, 'ready', 'accepted', NULL, '', NULL, NULL, NULL);
SELECT setval('assignment_assignment_id_seq', 2, true);
SELECT setval('care_team_care_team_id_seq', 1, true);
SELECT setval('device_device_id_seq', 4, true);
SELECT setval('due_due_id_seq', 5, true);
SELECT setval('episode_episode_id_seq', 2, true);
SELECT setval('hub_hub_id_seq', 1, true);
SELECT setval('hub_run_hub_run_seq', 1, true);
SELECT setval('organisation_organisation_id_seq', 1, true);
SELECT setval('patient_patient_id_seq', 2, true);
SELECT setval('quarantine_quarantine_id_seq', 2, true);
SELECT setval('source_source_id_seq', 4, true);
SELECT setval('staff_staff_id_seq', 1, true);
SELECT setval('task_task_id_seq', 2, true);
SELECT setval('task_transition_task_transition_id_seq', 3, true);
