-- A position that came with two readings was used by two hubs of one name: a copy, or one restored from a backup.
ALTER TABLE hub_run ADD used_twice boolean NOT NULL DEFAULT false;
