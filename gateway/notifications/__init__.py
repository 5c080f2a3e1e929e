"""Telling people and programs that something waits: by e-mail and by signed webhook, at least once."""
