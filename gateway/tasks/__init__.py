"""Tasks as work: their states and who may move them. Pure; the store applies what is decided here."""
