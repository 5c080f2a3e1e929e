-- Enrolment takes the programme's own schedule. `set_by` is empty where nobody enrolled or set it: an upgrade gave it.
-- `every_hours` empty: somebody said that nothing is expected.
ALTER TABLE schedule
    ADD by_programme boolean NOT NULL DEFAULT false,
    ALTER every_hours DROP NOT NULL,
    ALTER set_by DROP NOT NULL,
    ADD CHECK (by_programme OR set_by IS NOT NULL);

-- Who was enrolled before has none until the first sweep gives it: rule sets are files. Nobody enrolled later lacks it.
ALTER TABLE enrolment ADD lacks_schedule boolean NOT NULL DEFAULT true;
ALTER TABLE enrolment ALTER lacks_schedule SET DEFAULT false;
CREATE INDEX enrolment_without_schedule ON enrolment (programme) WHERE lacks_schedule;
