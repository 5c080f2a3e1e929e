"""Hubs without a radio: what virtual meters hold, through a hub's own outbox and publisher."""
