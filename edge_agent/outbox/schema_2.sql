-- What a device said before the hub knew what its clock says: bytes, not yet a reading and without a position.
CREATE TABLE capture (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they came
    device TEXT NOT NULL,
    characteristic INTEGER NOT NULL,
    raw BLOB NOT NULL,
    captured_at REAL NOT NULL
) STRICT;

-- The devices of this home.
CREATE TABLE device (
    identifier TEXT PRIMARY KEY,
    name TEXT, -- as it advertises itself
    manufacturer TEXT,
    model TEXT,
    service INTEGER, -- the measuring service that tells what it is
    last_seen_at REAL, -- connected
    battery_percent INTEGER,
    trouble TEXT, -- why it cannot be read; nothing when it was read last
    forgotten INTEGER NOT NULL DEFAULT 0 -- by the person who lives here: not to be read again until it is paired
) STRICT;
