"""Who works with Hearthbeat: passwords, sessions, and what each role may do."""
