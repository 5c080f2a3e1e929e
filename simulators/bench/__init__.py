"""Measurements of Hearthbeat itself: `hearthbeat-sim bench`."""
