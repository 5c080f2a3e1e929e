"""What was measured, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from rich.console import Console
from rich.table import Table

WHOLE_FROM: Final = 100


@dataclass(frozen=True)
class BenchResult:
    """One number with its unit; `aim` says what it should be, where anything was promised."""

    name: str
    value: float
    unit: str
    aim: str = ""


def as_json(rows: Sequence[BenchResult]) -> str:
    return json.dumps([asdict(row) for row in rows])


def show(title: str, rows: Sequence[BenchResult]) -> None:
    table = Table("measured", "value", "unit", "aim", title=title)
    table.columns[1].justify = "right"
    for row in rows:
        table.add_row(row.name, _number(row.value), row.unit, row.aim)
    Console().print(table)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= WHOLE_FROM else f"{value:.3g}"
