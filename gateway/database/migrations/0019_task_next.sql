-- "Not looked at yet" is a time that every program can read.

UPDATE task SET next_at = 'epoch' WHERE next_at = '-infinity';
ALTER TABLE task ALTER next_at SET DEFAULT 'epoch';
