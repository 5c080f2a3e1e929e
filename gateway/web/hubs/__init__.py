"""Hubs, and their access to the broker."""
