"""When care teams are there, and who is told when nobody answers."""
