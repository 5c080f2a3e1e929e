-- Readings that were captured while the hub did not know the time. They get a position when it does.
CREATE TABLE unnumbered (
    number INTEGER PRIMARY KEY, -- the order in which they came
    reading_id BLOB NOT NULL UNIQUE, -- final where it follows from the device's own words
    boot TEXT NOT NULL,
    uptime REAL NOT NULL, -- seconds since that boot
    content TEXT NOT NULL -- the reading with the times of the clock that was wrong
) STRICT;

-- The last time that the hub set a device's clock: its records of before carry the old one.
CREATE TABLE clock_setting (
    device TEXT PRIMARY KEY,
    set_at REAL NOT NULL,
    offset_s REAL NOT NULL, -- the old clock minus the hub's
    last_sequence INTEGER -- of the records of before, where the device numbers them
) STRICT;

-- The machine on which the epoch began; elsewhere this file is a copy, whose original may be at work.
ALTER TABLE epoch ADD COLUMN machine TEXT;
