-- What the console shows and keeps beside tasks: through which hub a source speaks, notes, time spent, sessions that end.

ALTER TABLE source ADD hub_id int REFERENCES hub; -- the hub it was heard through last, or is to be heard through
CREATE INDEX source_of_hub ON source (hub_id);

CREATE TABLE patient_note (
    patient_note_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    staff_id int NOT NULL REFERENCES staff,
    at timestamptz NOT NULL,
    note text NOT NULL CHECK (note <> '')
);
CREATE INDEX note_of_patient ON patient_note (patient_id, patient_note_id);

-- One opening of a patient's page, and how long somebody worked there.
CREATE TABLE visit (
    visit_id uuid PRIMARY KEY, -- of the page's choice: saying it again counts nothing twice
    organisation_id int NOT NULL REFERENCES organisation,
    patient_id int NOT NULL REFERENCES patient,
    staff_id int NOT NULL REFERENCES staff,
    began_at timestamptz NOT NULL,
    seconds int NOT NULL CHECK (seconds >= 0)
);
CREATE INDEX visit_of_patient ON visit (patient_id, began_at);

-- Whatever ends a session, pages that are open learn of it at once.
CREATE FUNCTION tell_session_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('hearthbeat_sessions', OLD.staff_id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER session_ended AFTER DELETE ON session FOR EACH ROW EXECUTE FUNCTION tell_session_ended();
