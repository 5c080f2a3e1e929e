"""The judgement, pure: series in, verdicts out. No I/O and no clock."""
