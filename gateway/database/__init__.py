"""The database: connections, migrations, statements by name, leases. Store functions are verbs on a connection."""
