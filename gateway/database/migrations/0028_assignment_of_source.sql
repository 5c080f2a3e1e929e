-- Whose a source is was looked for in all assignments: the index that forbids overlap is of ranges.

CREATE INDEX assignment_of_source ON assignment (source_id);
