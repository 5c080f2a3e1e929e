"""What did not go as it should: deliveries, quarantine, what was set aside."""
