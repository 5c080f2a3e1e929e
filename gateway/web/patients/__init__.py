"""Patients: the list, enrolment, and their records through the API."""
