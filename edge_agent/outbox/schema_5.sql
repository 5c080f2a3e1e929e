-- What the gateway has told of this home's care teams: the last CareCommand, as on the wire.
CREATE TABLE care (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    content TEXT NOT NULL
) STRICT;
