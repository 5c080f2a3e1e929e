-- Browsers in which somebody has signed in before: guesses that come from elsewhere do not keep them out.
CREATE TABLE known_browser (
    staff_id int NOT NULL REFERENCES staff,
    token_hash bytea NOT NULL, -- sha256 of the cookie
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (staff_id, token_hash)
);

ALTER TABLE sign_in_attempt ADD browser_hash bytea; -- of a browser that is known for the account; else empty
CREATE INDEX sign_in_attempt_from_address ON sign_in_attempt (address, at);
CREATE INDEX sign_in_attempt_at ON sign_in_attempt (at);
