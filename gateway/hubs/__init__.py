"""Hubs: their access, what they number and say, and the hours that their homes are told."""
