"""Cohorts of virtual patients as arrays, with what befalls them known."""
