"""From due work to episodes and tasks: what is judged, how, and what follows."""
