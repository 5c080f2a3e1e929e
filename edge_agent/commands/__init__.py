"""What a person types: the commands of `hearthbeat-hub`."""
