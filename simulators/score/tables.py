"""Scores as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from simulators.cohorts.homes import HOMES
from simulators.score.aims import Aim, only
from simulators.score.candidates import KindScore
from simulators.score.cohort import DAYS, CohortScore, Scores, mean
from simulators.score.report import LogColumn

NAMES: Final = {
    "patients": "patients",
    "observed_days": "days with a value",
    "lows": "values below 54 mg/dL",
    "untold_lows": "  untold",
    "severe_highs": "severe highs (above 400, or two above 300 in 12 h)",
    "untold_severe_highs": "  untold",
    "breaches": "breaches (below 70 or above 250 mg/dL)",
    "calls_a_breach": "interruptions per breach",
    "floor_a_breach": "  of them the floor",
    "excess_a_day": "excess over the floor, a day",
    "symptoms": "symptoms with a low within an hour",
    "symptoms_told": "  share told",
    "symptoms_above_chance": "  above chance",
    "urgent_a_day": "urgent interruptions a day",
    "routine_a_day": "routine interruptions a day",
    "worst_a_day": "all, of the 95th-percentile patient",
    "silences_a_day": "silences of two days, a day (apart)",
}
FED: Final = {True: "fed", False: "not"}

WIDTH: Final = 112
"""Characters that the widest table needs."""


def open_console() -> Console:
    """The terminal, as wide as the tables."""
    console = Console()
    console.width = max(console.width, WIDTH)
    return console


def log_table(half: str, columns: Sequence[LogColumn]) -> Table:
    """One half of the logs, a column for each team, with the symptoms fed to the rules and without."""
    here = [column for column in columns if column.half == half]
    heads = [f"{column.urgent_hours:g} h, {FED[column.symptoms_fed]}" for column in here]
    table = Table(f"real logs, {half}", *heads, box=SIMPLE)
    scores = [asdict(column.score) for column in here]
    for key, name in NAMES.items():
        table.add_row(name, *(_number(score[key]) for score in scores))
    return table


def home_table(scores: Mapping[str, Scores]) -> Table:
    """A line a home: what each rule finds above chance, and how often it calls for nothing."""
    heads = [head for rule in scores for head in (rule, "false")]
    table = Table(
        "simulated heart failure",
        *heads,
        box=SIMPLE,
        pad_edge=False,
        caption="% found - % by chance, which is in the same home without any fluid = above chance;"
        f"\nfalse: calls in {DAYS} days without a decompensation",
    )
    table.columns[0].no_wrap = True
    for home in HOMES:
        table.add_row(home, *_cells([{home: by_home[home]} for by_home in scores.values()]))
    table.add_section()
    table.add_row("daily", *_cells([only(each, is_sparse=False) for each in scores.values()]))
    table.add_row("sparse", *_cells([only(each, is_sparse=True) for each in scores.values()]))
    table.add_row("all", *_cells(list(scores.values())))
    return table


def kind_table(kinds: Sequence[KindScore], scores: Mapping[str, Scores]) -> Table:
    """A line a kind of rule, beside the rules of thumb and the set."""
    table = Table("kind", "limit", "above chance", "false", "days before", "sparse", box=SIMPLE)
    lines = [(rule, "", scores[rule]) for rule in scores] + [
        (kind.name, f"{kind.limit:g}", kind.scores) for kind in kinds
    ]
    for name, limit, each in lines:
        sparse = 100 * mean(only(each, is_sparse=True), _above_chance)
        lead = mean(each, lambda score: score.lead_days)
        table.add_row(name, limit, *_cells([each]), f"{lead:.1f}", f"{sparse:.0f}")
    return table


def aim_table(aims: Sequence[Aim]) -> Table:
    """What is met, and what is not."""
    table = Table("aim", "is", "is to be", "", box=SIMPLE)
    for aim in aims:
        table.add_row(aim.name, f"{aim.value:.3g}", aim.bound, "met" if aim.is_met else "NOT MET")
    return table


def _cells(rules: Sequence[Scores]) -> list[str]:
    cells = []
    for scores in rules:
        found, chance = (100 * mean(scores, each) for each in (_found, _by_chance))
        false = mean(scores, lambda score: score.false_calls)
        cells += [f"{found:.0f} - {chance:.0f} = {found - chance:.0f}", f"{false:.1f}"]
    return cells


def _found(score: CohortScore) -> float:
    return score.found


def _by_chance(score: CohortScore) -> float:
    return score.by_chance


def _above_chance(score: CohortScore) -> float:
    return score.above_chance


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
