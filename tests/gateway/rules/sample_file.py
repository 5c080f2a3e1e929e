"""A rule file with one rule of each kind, for tests to spoil."""

from __future__ import annotations

HEAD = """
version = "1"
title = "Test"
"""

RULE = """
[[rules]]
id = "{kind}"
condition = "found"
title = "Found"
priority = "urgent"
source = "a guideline"
strength = "ours"
steps = ["Call."]
kind = "{kind}"
"""

WEIGHT = """vital = "body_weight"
unit = "kg"
clear = 1
clear_source = "a guideline"
"""

LIMIT = """
[[rules.limits]]
vital = "blood_glucose"
unit = "mg/dL"
below = 54
clear = 70
clear_source = "a guideline"
"""

BASELINE = """limit = 4
direction = "rise"
[rules.baseline]
days = 28
gap_days = 3
least_values = 7
least_spread = 0.3
"""

KINDS = {
    "threshold": LIMIT,
    "gain": WEIGHT + "days = 3\ngain = 2\n",
    "loss": WEIGHT + 'days = 3\nloss = 2\nagainst = "first"\n',
    "off-target": WEIGHT + 'personal = "dry_weight"\ndirection = "rise"\nlimit = 2\n',
    "average": "days = 7\nleast_days = 3\ndiscard_days = 1\nmorning = 2\nevening = 2\n" + LIMIT,
    "slope": WEIGHT + 'days = 14\nleast_values = 5\nleast_days = 5\ndirection = "rise"\nlimit = 1.5\n',
    "crossing": WEIGHT + 'days = 3\nlong_days = 28\nleast_values = 9\ndirection = "fall"\nlimit = 1.5\n',
    "variability": WEIGHT + 'spread = "sd"\ndays = 14\nleast_values = 5\nlimit = 1.5\n',
    "unusual": WEIGHT + BASELINE,
    "ewma": WEIGHT + "half_life_days = 2\n" + BASELINE,
    "cusum": WEIGHT + "days = 14\nslack = 0.5\n" + BASELINE,
    "count": """vital = "blood_glucose"
unit = "mg/dL"
below = 70
times = 3
days = 7
apart_hours = 4
clear = 0
clear_source = "a guideline"
""",
    "event": 'marks = ["hypoglycaemic-symptoms"]\nclear_hours = 1\nclear_source = "a guideline"\n',
    "several": "least = 2\n" + LIMIT + LIMIT.replace("below = 54", "below = 60"),
    "failed": """vital = "body_weight"
unit = "kg"
days = 7
apart_hours = 1
apart_source = "ours"
""",
    "stranger": "",
    "silence": 'vital = "body_weight"\nunit = "kg"\nevery_hours = 24\ngrace_hours = 24\n',
    "combination": """within_hours = 1
[[rules.parts]]
kind = "gain"
vital = "body_weight"
unit = "kg"
days = 3
gain = 2
clear = 1
clear_source = "a guideline"
[[rules.parts]]
kind = "event"
marks = ["hypoglycaemic-symptoms"]
clear_hours = 1
clear_source = "a guideline"
""",
}


def rule_file(*kinds: str) -> str:
    """A file with a rule of each of the kinds."""
    return HEAD + "".join(RULE.format(kind=kind) + KINDS[kind] for kind in kinds)
