"""The page of one patient: what to know at once, and below it the record in tabs."""
