"""From due work to episodes and tasks (role `evaluate`), and what time alone does to them (role `escalate`)."""
