"""The demo: all of Hearthbeat on one machine, as real processes, started, watched and stopped here."""
