"""How the gateway fares: what waits, whom nobody hears from, and what is kept for a time only (role `tidy`)."""
