-- From when it happened to the gateway's clock when stored, as of readings; empty: stored before this was kept.
ALTER TABLE event ADD delay_s int;
