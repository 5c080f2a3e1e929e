"""The kinds of rules, a module each: parameters, outcomes for all readings, the reason for one."""
