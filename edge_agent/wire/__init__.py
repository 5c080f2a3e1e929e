"""The contract between hubs and the gateway: vitals, messages, topics. Needs nothing but pydantic."""
