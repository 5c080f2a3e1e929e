"""What people and programs see of the gateway: the API, and the console as one client of the same store."""
