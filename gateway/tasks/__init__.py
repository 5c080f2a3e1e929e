"""Tasks as work: their states and clocks, what people do to them, and what time does."""
