"""The tables of a rule file, as they stand in TOML: what is allowed in each, and what it becomes."""
