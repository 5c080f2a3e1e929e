"""A patient's own limits and targets."""
