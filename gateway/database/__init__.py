"""The database: the only package that speaks SQL. Store functions are verbs on a connection."""
