"""Patients: who they are, what is expected of them, and whose devices are whose."""
