-- The task of a backlog speaks for several conditions.

ALTER TABLE task ADD also text[] NOT NULL DEFAULT '{}'; -- beside its own
