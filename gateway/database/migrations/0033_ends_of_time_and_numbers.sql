-- What people, programs and hubs enter lies where a clock can be and a number can mean something. The application's
-- bounds are narrower (a hundred years from now); these are fixed, as a check has to be. Readings are held to theirs
-- where they are taken in: a check of their table would read all of it.

CREATE FUNCTION is_instant(at timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN at BETWEEN timestamptz '1980-01-01 00:00+00' AND timestamptz '2200-01-01 00:00+00';

-- Earlier versions took what no program could read back (the year 10000, in UTC), and one such row stopped the gateway.
-- Nothing of it is lost: each row stays to be seen, and does what it would have done until then.

-- An assignment that was to begin then has never held: it is withdrawn, and kept as one that was changed. What its
-- device measures is nobody's, which the console shows.
INSERT INTO assignment_change (organisation_id, assignment_id, source_id, patient_id, period, changed_by, changed_at, why)
SELECT organisation_id, assignment_id, source_id, patient_id, tstzrange('2200-01-01 00:00+00', NULL), assigned_by,
    CURRENT_TIMESTAMP, 'It was to begin after the year 2199: withdrawn with an update of Hearthbeat'
FROM assignment
WHERE lower(period) > '2200-01-01 00:00+00';
DELETE FROM assignment WHERE lower(period) > '2200-01-01 00:00+00';

-- One that was to end then goes on until further notice. So does one of which it is remembered.
UPDATE assignment SET period = tstzrange(lower(period), NULL) WHERE upper(period) > '2200-01-01 00:00+00';
UPDATE assignment_change SET period = tstzrange(LEAST(lower(period), '2200-01-01 00:00+00'), NULL)
WHERE upper(period) > '2200-01-01 00:00+00' OR lower(period) > '2200-01-01 00:00+00';
UPDATE due SET since = LEAST(GREATEST(since, '1980-01-01 00:00+00'), '2200-01-01 00:00+00') WHERE NOT is_instant(since);

-- A limit that was to end then is in force as long as anybody looks.
UPDATE personal_limit SET until = '2200-01-01 00:00+00' WHERE until > '2200-01-01 00:00+00';

-- A pause that was to end then lasts until somebody says that the patient is back; one that began before there were
-- devices has lasted since there are. One that was to begin then never does; one that ended then is over.
UPDATE pause SET begins_at = LEAST(GREATEST(begins_at, '1980-01-01 00:00+00'), '2200-01-01 00:00+00'),
    ends_at = CASE WHEN ends_at <= '2200-01-01 00:00+00' THEN GREATEST(ends_at, '1980-01-02 00:00+00') END
WHERE NOT is_instant(begins_at) OR NOT is_instant(ends_at);

-- A hub whose clock was ahead was heard now at the latest; one whose clock was never set, at no known time.
UPDATE hub SET status_at = CASE WHEN status_at > CURRENT_TIMESTAMP THEN CURRENT_TIMESTAMP END
WHERE status_at > CURRENT_TIMESTAMP OR status_at < '1980-01-01 00:00+00';
UPDATE outage SET began_at = '1980-01-01 00:00+00' WHERE began_at < '1980-01-01 00:00+00';

-- A hub that says it has given more positions than ten million beyond what it sent is not believed: the count of what
-- is missing would be about nothing else.
UPDATE hub_run SET assigned_upto = NULL WHERE assigned_upto > COALESCE(upper(held), 1) + 10000000;
UPDATE hub SET status = status - 'assigned' - 'receipted'
WHERE (status ->> 'receipted')::bigint > 10000000 + COALESCE(
    (SELECT upper(held) FROM hub_run WHERE hub_run.hub_id = hub.hub_id AND epoch = (status ->> 'epoch')::bigint), 1);

-- Whoever was to measure more often than hourly is expected hourly. (More seldom than yearly was refused before.)
UPDATE schedule SET every_hours = 1 WHERE every_hours < 1;

-- A weight that nobody can have is taken back, and says what it was.
UPDATE personal_number SET why = why || ' (it was ' || value || ', and taken back with an update of Hearthbeat)', value = NULL
WHERE name = 'dry_weight' AND NOT value BETWEEN 0.5 AND 400;

ALTER TABLE assignment ADD CHECK (lower(period) = '-infinity' OR is_instant(lower(period))), ADD CHECK (is_instant(upper(period)));
ALTER TABLE assignment_change
    ADD CHECK (lower(period) = '-infinity' OR is_instant(lower(period))), ADD CHECK (is_instant(upper(period)));
ALTER TABLE due ADD CHECK (is_instant(since));
ALTER TABLE personal_limit ADD CHECK (is_instant(until)), ADD CHECK (value BETWEEN 0 AND 10000);
ALTER TABLE pause ADD CHECK (is_instant(begins_at)), ADD CHECK (is_instant(ends_at));
ALTER TABLE schedule ADD CHECK (every_hours BETWEEN 1 AND 8784);
ALTER TABLE personal_number ADD CHECK (value BETWEEN 0 AND 10000);

-- These held before; what is there already is not read again.
ALTER TABLE reading_correction ADD CHECK (is_instant(measured_at)) NOT VALID, ADD CHECK (is_instant(taken_at)) NOT VALID;
ALTER TABLE event ADD CHECK (is_instant(occurred_at)) NOT VALID;
ALTER TABLE task ADD CHECK (is_instant(snoozed_until)) NOT VALID;
ALTER TABLE task_transition ADD CHECK (is_instant(until)) NOT VALID;
ALTER TABLE patient ADD CHECK (birth_date BETWEEN '1880-01-01' AND '2200-01-01') NOT VALID;
ALTER TABLE team_holiday ADD CHECK (day BETWEEN '1980-01-01' AND '2200-01-01') NOT VALID;
