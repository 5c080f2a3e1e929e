"""The task list, one task, and what people do to it."""
