"""Hubs without a radio: what virtual meters hold, through a hub's own outbox and publisher."""

MOST_RECORDS = 2**16
"""Of a meter: a record's number has two bytes (GATT 0x2A18)."""
