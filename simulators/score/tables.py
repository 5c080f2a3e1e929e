"""Scores as tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from simulators.score.cohort import DAYS, Range, RuleScore
from simulators.score.logs import LogScore

NAMES: Final = {
    "patients": ("patients", ""),
    "observed_days": ("days with a value", ""),
    "lows": ("values below 54 mg/dL", ""),
    "untold_lows": ("  untold", "0"),
    "severe_highs": ("severe highs (above 400, or two above 300 in 12 h)", ""),
    "untold_severe_highs": ("  untold", "0"),
    "breaches": ("breaches (below 70 or above 250 mg/dL)", ""),
    "calls_a_breach": ("interruptions per breach", "at most 0.35"),
    "symptoms": ("symptoms with a low within an hour", ""),
    "symptoms_told": ("  share told", "at least 0.65"),
    "symptoms_above_normal": ("  above the same at normal values", "at least 0.5"),
    "urgent_a_day": ("urgent interruptions a day", ""),
    "routine_a_day": ("routine interruptions a day", ""),
    "worst_a_day": ("all, of the 95th-percentile patient", ""),
    "silences_a_day": ("silences of two days, a day (apart)", ""),
}

WIDTH: Final = 112
"""Characters that the wider table needs."""


def open_console() -> Console:
    """The terminal, as wide as the tables."""
    console = Console()
    console.width = max(console.width, WIDTH)
    return console


def log_table(tuned_on: LogScore, other: LogScore, all_: LogScore) -> Table:
    """The halves beside each other; the second one is the one to believe."""
    table = Table("real logs, set diabetes", "tuned on", "other half", "all", "aim", box=SIMPLE)
    columns = [asdict(each) for each in (tuned_on, other, all_)]
    for key, (name, aim) in NAMES.items():
        table.add_row(name, *(_number(column[key]) for column in columns), aim)
    return table


def cohort_table(rules: Sequence[RuleScore]) -> Table:
    """A line a rule: the mean over all homes, and the range."""
    table = Table(
        "simulated heart failure",
        "limit",
        "found, %",
        "days before",
        f"false in {DAYS} days",
        "share",
        "own limits",
        box=SIMPLE,
        pad_edge=False,
        caption="share: of the false interruptions by thumb; own limits: one for each kind of home",
    )
    for column in table.columns:
        column.no_wrap = True
    for rule in rules:
        table.add_row(
            rule.name,
            "" if rule.limit is None else f"{rule.limit:g}",
            _range(rule.sensitivity, "{:.0f}", 100),
            _range(rule.lead_days, "{:.0f}"),
            _range(rule.false_calls, "{:.1f}"),
            f"{rule.of_thumb:.2f}",
            "" if rule.of_thumb_by_home is None else _range(rule.of_thumb_by_home, "{:.1f}"),
        )
    return table


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _range(found: Range, number: str, times: float = 1.0) -> str:
    mean, low, high = (number.format(times * each) for each in (found.mean, found.low, found.high))
    return f"{mean} ({low}-{high})"
