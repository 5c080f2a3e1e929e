"""What hubs and gateway share: vitals, messages, topics. Needs nothing but pydantic."""
