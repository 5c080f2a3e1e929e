"""What counts of what was measured, as it is read: lists, series, days and the newest."""
