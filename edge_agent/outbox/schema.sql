-- What a hub keeps. Times are seconds since 1970 by the hub's clock.

-- One life of the hub's numbering; the newest is the one in use.
CREATE TABLE epoch (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    epoch INTEGER NOT NULL UNIQUE, -- as on the wire: random, so that a cloned or emptied hub is told from the old one
    assigned INTEGER NOT NULL DEFAULT 0, -- the highest position given, also when its row is long gone
    receipted INTEGER NOT NULL DEFAULT 0 -- the highest position with a receipt
) STRICT;

CREATE TABLE reading (
    number INTEGER PRIMARY KEY, -- the order in which they came
    reading_id BLOB NOT NULL UNIQUE,
    epoch INTEGER NOT NULL REFERENCES epoch (epoch),
    position INTEGER NOT NULL,
    captured_at REAL NOT NULL,
    content TEXT NOT NULL, -- the reading as on the wire
    waiting INTEGER NOT NULL DEFAULT 1, -- to be sent: it has no receipt, or the gateway asked for it again
    outcome TEXT CHECK (outcome IN ('stored', 'before', 'quarantined')), -- of its newest receipt
    reason TEXT, -- why it was quarantined
    receipted_at REAL,
    UNIQUE (epoch, position)
) STRICT;
CREATE INDEX reading_waiting ON reading (number) WHERE waiting;
CREATE INDEX reading_quarantined ON reading (reason) WHERE outcome = 'quarantined';
CREATE INDEX reading_done ON reading (receipted_at) WHERE receipted_at IS NOT NULL;

-- What a device said that no decoder understands. Kept: it may be a measurement.
CREATE TABLE unreadable (
    device TEXT NOT NULL,
    characteristic INTEGER NOT NULL,
    raw BLOB NOT NULL,
    reason TEXT NOT NULL,
    captured_at REAL NOT NULL, -- the first time
    PRIMARY KEY (device, characteristic, raw)
) STRICT;

-- The last record of a device that keeps its own memory, up to which that memory has been read.
CREATE TABLE transfer (
    device TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    raw BLOB NOT NULL -- a meter that numbers anew says something else under the same number
) STRICT;
