"""Seven days in a picture the size of a word: where values stood, and the limits beside them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH, HEIGHT = 196.0, 44.0
MARGIN = 4.0
"""What the picture keeps free around, so that a mark at its edge is whole."""


@dataclass(frozen=True)
class Mark:
    """A value, or the way from one to the other of a pair; `is_beyond`: past a limit."""

    x: float
    top: float
    bottom: float
    is_beyond: bool


@dataclass(frozen=True)
class Sparkline:
    """In units of WIDTH by HEIGHT, from the left and from the top."""

    marks: Sequence[Mark]
    limits: Sequence[float]  # their heights
    days: Sequence[float]  # where a day more is past
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True)
class LimitLine:
    """A limit: which of a reading's values (by place) it is for, and on which side they are beyond it."""

    index: int
    value: float
    is_upper: bool

    def is_passed(self, values: Sequence[float]) -> bool:
        value = values[self.index]
        return value > self.value if self.is_upper else value < self.value


def draw(
    points: Sequence[tuple[datetime, Sequence[float]]],
    lines: Sequence[LimitLine],
    until: datetime,
    days: int = 7,
) -> Sparkline:
    """The `points` (values of one reading, the uppermost first) of the `days` before `until`."""
    span = timedelta(days=days)
    heights = [value for _, values in points for value in values] + [line.value for line in lines]
    low, high = min(heights), max(heights)
    scale = (HEIGHT - 2 * MARGIN) / ((high - low) or 1)

    def x(at: datetime) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (1 - (until - at) / span), 1)

    def y(value: float) -> float:
        return round(MARGIN + (high - value) * scale, 1)

    return Sparkline(
        marks=[
            Mark(x(at), y(max(values)), y(min(values)), any(line.is_passed(values) for line in lines))
            for at, values in points
        ],
        limits=sorted({y(line.value) for line in lines}),
        days=[x(until - timedelta(days=day)) for day in range(1, days)],
    )
