"""Who works with Hearthbeat: accounts, sessions, what each role may do, and when care teams are there."""
