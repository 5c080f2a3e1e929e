"""From the broker into the database: store, then acknowledge, then send the receipt."""
