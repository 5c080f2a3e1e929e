"""From due work to episodes and tasks (role `evaluate`), and what time does to them (role `escalate`)."""
