"""Nobody is left waiting unseen: what time does to tasks is done in time, once."""
