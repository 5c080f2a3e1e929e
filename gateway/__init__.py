"""The gateway: ingest, store, evaluation, API and console."""
