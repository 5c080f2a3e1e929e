"""How the gateway fares: what waits, whom nobody hears from, what is kept for a time (role `tidy`)."""
