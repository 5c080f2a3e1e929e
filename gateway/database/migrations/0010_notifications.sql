-- What people and programs outside are told: written in the transaction of what it tells of, delivered after it.
-- One row a channel and recipient, and nothing of anybody's health: what it is about is behind the link.

ALTER TABLE staff ADD email text; -- empty: cannot be told by e-mail

CREATE TABLE notification (
    notification_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), -- a repeated delivery has the same
    organisation_id int NOT NULL REFERENCES organisation,
    key text NOT NULL CHECK (key <> ''), -- what it tells of: telling it again changes nothing
    kind text NOT NULL,
    task_id int REFERENCES task,
    channel text NOT NULL CHECK (channel IN ('email', 'webhook')),
    staff_id int REFERENCES staff, -- whom an e-mail is for
    made_at timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
    settled_at timestamptz,
    problem text, -- of the last attempt
    CONSTRAINT told_once UNIQUE NULLS NOT DISTINCT (organisation_id, key, channel, staff_id),
    CHECK ((channel = 'email') = (staff_id IS NOT NULL))
);
CREATE INDEX notification_waiting ON notification (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX notification_failed ON notification (organisation_id, made_at) WHERE state = 'failed';
