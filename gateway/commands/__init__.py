"""The groups of `hearthbeat`'s commands, and how each command runs."""
