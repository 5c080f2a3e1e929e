-- What version 51a7713 took from people, programs and hubs, and could not read back.

INSERT INTO organisation (name) VALUES ('Clinic');
INSERT INTO care_team (organisation_id, name) VALUES (1, 'North');
INSERT INTO staff (organisation_id, username, name, role, password_hash, added_at, email) VALUES
    (1, 'adam', 'Adam Lee', 'administrator', 'no password', '2026-01-01T00:00:00Z', NULL),
    (1, 'ann', 'Ann Lee', 'nurse', 'no password', '2026-01-01T00:00:00Z', 'a:b;@x');
INSERT INTO care_team_member VALUES (1, 1), (1, 2);
INSERT INTO team_plan (care_team_id, organisation_id, time_zone) VALUES (1, 1, 'America/Los_Angeles');
INSERT INTO team_holiday VALUES (1, '0001-01-01'), (1, '9999-12-31');
INSERT INTO patient (organisation_id, care_team_id, identifier, family_name, given_name, birth_date, time_zone) VALUES
    (1, 1, 'P-1', 'Miller', 'Grace', '1951-05-04', 'America/Los_Angeles'),
    (1, 1, 'P-2', 'Stone', 'Mary', '1951-05-04', 'Pacific/Kiritimati');
INSERT INTO enrolment (patient_id, organisation_id, programme) VALUES
    (1, 1, 'diabetes'), (1, 1, 'heart-failure'), (2, 1, 'diabetes');
INSERT INTO patient_state (patient_id, organisation_id, next_due_at) VALUES
    (1, 1, '2026-02-01T00:00:00Z'), (2, 1, '2026-02-01T00:00:00Z');

INSERT INTO hub (organisation_id, name, broker_password_hash, online, status_at, status) VALUES
    (1, 'home-1', 'no password', true, '9999-12-31T23:59:59Z',
        '{"online": true, "at": "9999-12-31T23:59:59Z", "epoch": 7, "assigned": 2147483647, "receipted": 2147483647}'),
    (1, 'home-2', 'no password', true, '0001-01-01T00:00:00Z', '{"online": true, "at": "0001-01-01T00:00:00Z"}');
INSERT INTO hub_run (hub_id, epoch, held, assigned_upto) VALUES (1, 7, '{[1,4)}', 2147483647);
INSERT INTO outage (organisation_id, hub_id, began_at) VALUES (1, 2, '0001-01-01T00:05:00Z');
INSERT INTO device (organisation_id, identifier) VALUES (1, 'AA:BB:CC:00:00:02'), (1, 'another');
INSERT INTO source (organisation_id, device_id, user_slot, hub_id) VALUES (1, 1, -1, 1), (1, 2, -1, 2);

INSERT INTO assignment (organisation_id, source_id, patient_id, period, assigned_by, assigned_at) VALUES
    (1, 1, 1, '[2026-01-01T00:00:00Z, 9999-12-31T23:59:59-14:00)', 1, '2026-01-01T00:00:00Z'),
    (1, 1, 2, '[9999-12-31T23:59:59-14:00,)', 1, '2026-01-01T00:00:00Z'),
    (1, 2, 2, '[2026-01-01T00:00:00Z,)', 1, '2026-01-01T00:00:00Z');
INSERT INTO assignment_change (organisation_id, assignment_id, source_id, patient_id, period, changed_by, changed_at, why)
VALUES (1, 9, 2, 1, '[9999-12-31T23:59:59-14:00,)', 1, '2026-01-02T00:00:00Z', 'a slip');
INSERT INTO due (source_id, since, appended_at) VALUES (1, '9999-12-31T23:59:59-14:00', '2026-01-01T00:00:00Z');

INSERT INTO pause (organisation_id, patient_id, kind, begins_at, ends_at, set_by, set_at) VALUES
    (1, 1, 'holiday', '2026-02-01T00:00:00Z', '9999-12-31T23:59:59-14:00', 2, '2026-02-01T00:00:00Z'),
    (1, 1, 'hospital', '0001-01-01T00:00:00+14:00', '0001-01-02T00:00:00Z', 2, '2026-02-01T00:00:00Z'),
    (1, 1, 'hospital', '9999-12-31T23:59:59-14:00', NULL, 2, '2026-02-01T00:00:00Z'),
    (1, 2, 'hospital', '0001-01-01T00:00:00+14:00', NULL, 2, '2026-02-01T00:00:00Z');
INSERT INTO personal_limit (organisation_id, patient_id, rule_id, vital, value, why, until, set_by, set_at, needs_second)
VALUES (1, 1, 'glucose-below-54', 'blood_glucose', 60, 'lows at night', '9999-12-31T23:59:59-14:00', 2,
    '2026-02-01T00:00:00Z', false);
INSERT INTO schedule (patient_id, programme, vital, organisation_id, every_hours, since, set_by) VALUES
    (1, 'diabetes', 'blood_glucose', 1, 1e-10, '2026-02-01T00:00:00Z', 2),
    (2, 'diabetes', 'blood_glucose', 1, 1e-300, '2026-02-01T00:00:00Z', 2);
INSERT INTO personal_number (organisation_id, patient_id, name, value, why, set_by, set_at) VALUES
    (1, 1, 'dry_weight', 1e308, 'after the ward', 2, '2026-02-01T00:00:00Z'),
    (1, 2, 'dry_weight', 5e-324, 'after the ward', 2, '2026-02-01T00:00:00Z');
