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
class SignInPage:
    template: ClassVar = "templates/sign_in.html"
    frame: Frame
    username: str
    notice: str | None


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
class Clock:
    """What is left of the clock in force. `state`: running, soon, overdue or aside."""

    text: str
    state: str


@dataclass(frozen=True)
class TaskLine:
    """A task in the list."""

    template: ClassVar = "parts/line.html"
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
    clock: Clock | None
    can: Collection[str]
    snoozes: Sequence[tuple[int, str]]  # minutes, and in words
    notice: str | None
    was_changed: bool  # by this very request: the keyboard's focus stays here


@dataclass(frozen=True)
class Choice:
    """One of a list to choose from."""

    value: str
    label: str
    count: int | None = None
    is_chosen: bool = False


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed by."""

    priorities: Sequence[Choice]
    shown: Sequence[Choice]  # of what state and whose
    teams: Sequence[Choice]
    programmes: Sequence[Choice]
    search: str


@dataclass(frozen=True)
class Worklist:
    template: ClassVar = "parts/worklist.html"
    open_count: int
    found_count: int
    mine_count: int
    overdue_count: int
    snoozed_count: int
    is_narrowed: bool
    is_in_no_team: bool  # whoever looks; nothing can ever be on the list
    filters: Filters
    lines: Sequence[TaskLine]
    next_cursor: str | None
    is_first: bool


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


@dataclass(frozen=True)
class WorklistPage:
    template: ClassVar = "tasks/worklist.html"
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
class HistoryLine:
    """Something that happened to a task."""

    at: Moment
    who: str
    what: str
    note: str


@dataclass(frozen=True)
class TaskCard:
    """A task with all that is known of it and all that can be done to it."""

    template: ClassVar = "parts/card.html"
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


@dataclass(frozen=True)
class TaskPage:
    """A task of the gateway's own operation: there is no patient to show."""

    template: ClassVar = "tasks/task.html"
    frame: Frame
    card: TaskCard
