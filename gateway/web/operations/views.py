"""What the panel beside the task list shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gateway.web.parts.words import Moment


@dataclass(frozen=True)
class SourceLine:
    device: str
    model: str
    slot: str
    readings: str
    last: str


@dataclass(frozen=True)
class HubLine:
    name: str
    state: str


@dataclass(frozen=True)
class Attention:
    """What needs somebody beside the task list."""

    template: ClassVar = "operations/attention.html"
    way: str | None  # from hubs, if it is closed
    waiting: str | None
    unsent: str | None  # messages to people and programs
    sources_count: str | None
    sources: Sequence[SourceLine]
    more_sources: int
    quarantine_count: str | None
    reasons: Sequence[tuple[str, str]]  # reason and how many
    more_reasons: int
    hubs_count: str
    hubs: Sequence[HubLine]
    set_aside: Sequence[str]  # by role, what it cannot work on
    begun_again: Sequence[str]  # roles that ended
    guessed: Sequence[str]  # accounts whose passwords somebody tries, and how often
    checked: Moment

    @property
    def needs(self) -> int:
        """How many of them need somebody."""
        needing = (
            self.way, self.waiting, self.unsent, self.sources_count, self.quarantine_count, self.hubs,
            self.guessed, self.set_aside or self.begun_again,
        )  # fmt: skip
        return sum(map(bool, needing))
