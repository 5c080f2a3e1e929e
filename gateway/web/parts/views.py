"""What each template shows: one frozen dataclass for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gateway.web.parts.words import Moment


@dataclass(frozen=True)
class BannerLine:
    text: str
    href: str | None = None  # the page that names them
    link: str = "See who"


@dataclass(frozen=True)
class Banner:
    """What an empty list does not say; nothing where all is well."""

    template: ClassVar = "parts/banner.html"
    lines: Sequence[BannerLine] = ()


@dataclass(frozen=True)
class Frame:
    """What surrounds every page. Without a name nobody is signed in."""

    title: str
    staff_name: str | None = None
    banner: Banner = Banner()
    links: Sequence[tuple[str, str]] = ()  # address and name


@dataclass(frozen=True)
class Notice:
    """One sentence that somebody must read."""

    template: ClassVar = "parts/notice.html"
    text: str


@dataclass(frozen=True)
class ErrorPage:
    template: ClassVar = "templates/error.html"
    frame: Frame
    status: int
    detail: str


@dataclass(frozen=True)
class DocsPage:
    template: ClassVar = "templates/docs.html"


@dataclass(frozen=True)
class TaskClock:
    """What is left of the clock in force. `state`: running, soon, overdue or aside."""

    text: str
    state: str


@dataclass(frozen=True)
class TaskLine:
    """A task in the list."""

    template: ClassVar = "parts/task_line.html"
    task_id: int
    version: int
    patient_id: int | None
    patient_name: str | None  # None: the task is about the gateway's own operation
    identifier: str
    born: str
    priority: str
    title: str
    reason: str
    measured: Moment | None
    raised: Moment
    labels: Sequence[str]
    status: str
    is_open: bool
    owner: str | None
    is_mine: bool
    offered_to: str | None
    clock: TaskClock | None
    can: Collection[str]
    snoozes: Sequence[tuple[int, str]]  # minutes, and in words
    notice: str | None
    was_changed: bool  # by this very request: the keyboard's focus stays here


@dataclass(frozen=True)
class EvidenceLine:
    measured: Moment
    values: Sequence[str]
    reason: str
    remarks: Sequence[str]
    device: str


@dataclass(frozen=True)
class HistoryLine:
    """Something that happened to a task."""

    at: Moment
    who: str
    what: str
    note: str


@dataclass(frozen=True)
class TaskCard:
    """A task with all that is known of it and all that can be done to it."""

    template: ClassVar = "parts/task_card.html"
    line: TaskLine
    steps: Sequence[str]
    evidence: Sequence[EvidenceLine]
    rule: str | None
    rule_source: str | None
    history: Sequence[HistoryLine]
    outcomes: Sequence[tuple[str, str]]  # code and label
    proposed_outcome: str | None
    colleagues: Sequence[tuple[int, str]]
    channels: Sequence[tuple[str, str]]
    people: Sequence[tuple[str, str]]  # whom one can try to reach
    next_attempt: str | None  # whom to try to reach next, and when
    previous_task_id: int | None
    note: str  # as typed, where it could not be kept
