-- What is watched: how long due work waits, and how long hubs have said that readings wait for a receipt.

ALTER TABLE due ADD appended_at timestamptz; -- the gateway's clock
ALTER TABLE hub ADD waiting_since timestamptz; -- empty: its last status said that nothing waits
