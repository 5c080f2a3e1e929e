"""Rules tried on what was measured: from files, or on the history that is stored."""
