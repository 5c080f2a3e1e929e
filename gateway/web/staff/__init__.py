"""Accounts: signing in, one's own password, and everybody else's."""
