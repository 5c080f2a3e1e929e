"""What the templates of the task list and of a task alone show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gateway.web.operations.views import Attention
from gateway.web.parts.views import Frame, TaskCard, TaskLine


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
    template: ClassVar = "tasks/worklist.html"
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
class WorklistPage:
    template: ClassVar = "tasks/worklist_page.html"
    frame: Frame
    worklist: Worklist
    attention: Attention


@dataclass(frozen=True)
class TaskPage:
    """A task of the gateway's own operation: there is no patient to show."""

    template: ClassVar = "tasks/task_page.html"
    frame: Frame
    card: TaskCard
