"""Recorded measurements of real patients, sent as hubs would send them."""
