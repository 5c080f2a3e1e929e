-- When it was captured, where the hub did not know the time: as with a reading that is unnumbered.
ALTER TABLE capture ADD COLUMN boot TEXT;
ALTER TABLE capture ADD COLUMN uptime REAL;
