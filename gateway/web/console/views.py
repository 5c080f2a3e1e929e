"""What each template shows: one frozen dataclass for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gateway.web.console.words import Moment


@dataclass(frozen=True)
class Frame:
    """What surrounds every page. Without a name nobody is signed in."""

    title: str
    staff_name: str | None = None


@dataclass(frozen=True)
class Notice:
    """One sentence that somebody must read."""

    template: ClassVar = "parts/notice.html"
    text: str


@dataclass(frozen=True)
class SignInPage:
    template: ClassVar = "sign_in.html"
    frame: Frame
    username: str
    notice: str | None


@dataclass(frozen=True)
class ErrorPage:
    template: ClassVar = "error.html"
    frame: Frame
    status: int
    detail: str


@dataclass(frozen=True)
class DocsPage:
    template: ClassVar = "docs.html"


@dataclass(frozen=True)
class TaskRow:
    """A task in the list."""

    template: ClassVar = "parts/row.html"
    task_id: int
    version: int
    priority: str
    patient_name: str
    identifier: str
    born: str
    title: str
    reason: str
    measured: Moment
    is_old: bool  # measured long before it was raised
    raised: Moment
    status: str
    is_done: bool
    owner: str | None
    is_mine: bool
    can_claim: bool
    can_complete: bool
    outcomes: Sequence[tuple[str, str]]  # code and label
    notice: str | None
    was_changed: bool  # by this very request: the keyboard's focus stays here
    note: str  # as typed, where it could not be kept


@dataclass(frozen=True)
class Group:
    """The tasks of one priority."""

    priority: str
    count: int  # of all, also those on other pages
    rows: Sequence[TaskRow]


@dataclass(frozen=True)
class Worklist:
    template: ClassVar = "parts/worklist.html"
    open_count: int
    mine_count: int
    groups: Sequence[Group]
    next_cursor: str | None
    is_first: bool
    state: str  # changes with the tasks, not with the time


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

    template: ClassVar = "parts/attention.html"
    waiting: str | None
    sources_count: str | None
    sources: Sequence[SourceLine]
    more_sources: int
    quarantine_count: str | None
    reasons: Sequence[tuple[str, str]]  # reason and how many
    more_reasons: int
    hubs_count: str
    hubs_away: Sequence[HubLine]
    more_hubs: int
    checked: Moment

    @property
    def needs(self) -> int:
        """How many of the four need somebody."""
        return sum(map(bool, (self.waiting, self.sources_count, self.quarantine_count, self.hubs_away)))


@dataclass(frozen=True)
class WorklistPage:
    template: ClassVar = "worklist.html"
    frame: Frame
    worklist: Worklist
    attention: Attention


@dataclass(frozen=True)
class EvidenceLine:
    measured: Moment
    values: Sequence[str]
    reason: str
    remarks: Sequence[str]
    device: str


@dataclass(frozen=True)
class TransitionLine:
    at: Moment
    who: str
    what: str
    note: str


@dataclass(frozen=True)
class Details:
    template: ClassVar = "parts/details.html"
    steps: Sequence[str]
    evidence: Sequence[EvidenceLine]
    rule_id: str
    rule_version: str
    rule_source: str
    transitions: Sequence[TransitionLine]


@dataclass(frozen=True)
class TaskPage:
    template: ClassVar = "task.html"
    frame: Frame
    row: TaskRow
    details: Details
