"""Devices, and whose they are."""
