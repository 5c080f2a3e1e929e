"""The role `tidy`: removes what is kept for a time only."""
