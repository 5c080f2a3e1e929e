-- What turned out about readings after they were stored. None is edited: what is found is a row beside it.

-- Readings whose device's clock was wrong, by that clock: the same record that comes again with another corrected
-- time (of a second hub, or after the clock was set) is known by it.
CREATE TABLE corrected_reading (
    source_id int NOT NULL REFERENCES source,
    device_clock timestamp NOT NULL,
    tie smallint NOT NULL,
    measured_at timestamptz NOT NULL, -- as it is stored
    organisation_id int NOT NULL REFERENCES organisation,
    PRIMARY KEY (source_id, device_clock, tie, measured_at)
);

-- What staff found wrong: the reading is nobody's measurement, or was taken at another time and stands there as a copy.
CREATE TABLE reading_correction (
    reading_correction_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient, -- whose it was then
    source_id int NOT NULL REFERENCES source, -- these three are the reading's key
    measured_at timestamptz NOT NULL,
    tie smallint NOT NULL,
    taken_at timestamptz, -- when it was measured in truth; empty: it is retracted
    why text NOT NULL CHECK (why <> ''),
    corrected_by int NOT NULL REFERENCES staff,
    corrected_at timestamptz NOT NULL,
    withdrawn_by int REFERENCES staff, -- who found that it was right after all
    withdrawn_at timestamptz
);
CREATE UNIQUE INDEX corrected_once ON reading_correction (source_id, measured_at, tie) WHERE withdrawn_at IS NULL;
CREATE INDEX correction_of_patient ON reading_correction (patient_id);

-- The readings that count. Whoever judges, counts or summarises reads here.
CREATE VIEW standing_reading AS
SELECT *
FROM reading
WHERE NOT EXISTS (
    SELECT FROM reading_correction AS correction
    WHERE correction.source_id = reading.source_id AND correction.measured_at = reading.measured_at
        AND correction.tie = reading.tie AND correction.withdrawn_at IS NULL);

-- Evidence leaves with its assignment, or with its reading.
ALTER TABLE evidence_left
    ALTER assignment_change_id DROP NOT NULL,
    ADD reading_correction_id int REFERENCES reading_correction,
    ADD CHECK (num_nonnulls(assignment_change_id, reading_correction_id) = 1);
