-- The one canary of this gateway, whichever process sends it.
CREATE TABLE canary (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    alive_at timestamptz NOT NULL, -- when its last receipt came; before the first, when it began
    seconds real -- from sending it to its receipt
);
