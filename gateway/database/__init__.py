"""The database: connections, migrations, statements by name. Store functions are verbs on a connection."""
