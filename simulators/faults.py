"""What goes wrong and when, drawn by chance from a seed: the same again with the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)

LONGEST_PEACE_S = 2.0
LONGEST_ABSENCE_S = 1.0


@dataclass(frozen=True)
class Kill(Generic[T_co]):
    """After some seconds of peace `victim` is killed, and after some more it is started again."""

    peace_s: float
    victim: T_co
    absence_s: float


@dataclass(frozen=True)
class Life(Generic[T_co]):
    """A process is used so often, comes to a step, and after a part of a while (0 to 1) it is killed."""

    uses: int
    step: T_co
    part: float


def kills(seed: int, count: int, victims: Sequence[T_co]) -> Iterator[Kill[T_co]]:
    """`count` of them, one after the other."""
    random = Random(seed)
    for _ in range(count):
        yield Kill(
            random.uniform(0, LONGEST_PEACE_S), random.choice(victims), random.uniform(0, LONGEST_ABSENCE_S)
        )


def lives(seed: int, count: int, steps: Sequence[T_co], *, most_uses: int) -> Iterator[Life[T_co]]:
    """`count` of them, one after the other."""
    random = Random(seed)
    for _ in range(count):
        yield Life(random.randint(1, most_uses), random.choice(steps), random.random())
