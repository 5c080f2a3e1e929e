-- What is in quarantine can be worked, and nothing leaves it unseen: a row is never deleted, it is retried or discarded.

ALTER TABLE quarantine
    ADD organisation_id int REFERENCES organisation, -- of its hub; empty while nobody has enrolled that hub
    ADD epoch bigint, -- where the message said so, also of a hub without a run
    ADD whole boolean NOT NULL DEFAULT true, -- the payload is a message; false: one reading of it
    ADD state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'retried', 'discarded'));

UPDATE quarantine SET organisation_id = hub.organisation_id FROM hub WHERE hub.name = split_part(topic, '/', 3);
UPDATE quarantine SET epoch = hub_run.epoch FROM hub_run WHERE hub_run.hub_run = quarantine.hub_run;
UPDATE quarantine SET whole = false WHERE first_position = last_position AND position('"readings"'::bytea IN payload) = 0;

CREATE INDEX quarantine_open ON quarantine (organisation_id, reason) WHERE state = 'open';

-- What was done about it, by whom and why.
CREATE TABLE quarantine_step (
    quarantine_step_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quarantine_id bigint NOT NULL REFERENCES quarantine,
    at timestamptz NOT NULL,
    staff_id int NOT NULL REFERENCES staff,
    outcome text NOT NULL CHECK (outcome IN ('stored', 'refused', 'discarded')),
    why text NOT NULL -- holds no measured value
);
CREATE INDEX quarantine_step_of_message ON quarantine_step (quarantine_id);

-- Whose it is to deal with: also of a hub that was enrolled after its message came.
CREATE VIEW quarantined_message AS
SELECT quarantine_id, COALESCE(quarantine.organisation_id, hub.organisation_id) AS organisation_id, received_at, topic,
    reason, first_position, last_position, length(payload) AS size, state, payload, whole, batch_id, epoch
FROM quarantine
LEFT JOIN hub ON hub.name = split_part(topic, '/', 3);
