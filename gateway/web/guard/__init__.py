"""What stands before every page and endpoint: who asks, what they may, and what is answered if not."""
