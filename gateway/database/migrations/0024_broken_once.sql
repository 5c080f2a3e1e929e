-- A message without a readable header has nothing to be known by but its bytes: the same ones are kept once.

ALTER TABLE quarantine ADD digest bytea; -- sha256 of the payload, where there is no batch id
UPDATE quarantine SET digest = sha256(payload) WHERE quarantine_id IN (
    SELECT min(quarantine_id) FROM quarantine WHERE batch_id IS NULL GROUP BY topic, sha256(payload));
CREATE UNIQUE INDEX quarantined_once_without_header ON quarantine (topic, digest);
