-- Accounts that administrators open and close, and who looked at whose data.

ALTER TABLE staff
    ADD deactivated_at timestamptz,
    ADD password_expires_at timestamptz; -- of a one-time password; empty: the password is the person's own

-- Who looked at which patients' data or changed it, and who was refused. A row stays as it is.
CREATE TABLE access (
    access_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id int NOT NULL REFERENCES organisation, -- the staff member's
    staff_id int NOT NULL REFERENCES staff,
    at timestamptz NOT NULL,
    method text NOT NULL,
    path text NOT NULL, -- without its query
    patient_ids int[] NOT NULL, -- as asked for: a refused one need not exist
    outcome text NOT NULL -- 'done', or the code of the refusal
);
CREATE INDEX access_to_patient ON access USING gin (patient_ids);
CREATE INDEX access_by_staff ON access (staff_id, at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER access_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON access
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE access ENABLE ALWAYS TRIGGER access_stays;

-- What was created under a key of the asker's choice: asked again, nothing is created and the answer is the same.
CREATE TABLE idempotency_key (
    organisation_id int NOT NULL REFERENCES organisation,
    staff_id int NOT NULL REFERENCES staff,
    key text NOT NULL,
    request_digest bytea NOT NULL, -- sha256 of method, path and body
    answer text, -- as JSON; empty only within the transaction that creates
    at timestamptz NOT NULL,
    PRIMARY KEY (staff_id, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (at);
