"""How the list is narrowed: what is typed and chosen, what that asks of the store, what is offered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from alerting.rules import MOST_PRESSING_FIRST, Priority
from gateway.ages import span
from gateway.tasks.tasks import OpenCounts, TaskCursor, Wanted
from gateway.tasks.terms import TERMS
from gateway.web.parts.fields import Body, Cursor, Id, Text, read_cursor
from gateway.web.tasks.views import Choice, Filters

ON_A_PAGE = 100
_EMPTY = BeforeValidator(lambda typed: typed or None)


class WorklistPart(StrEnum):
    """Which part of the open tasks."""

    ACTIVE = "active"
    MINE = "mine"
    ASIDE = "aside"


class WorklistFilter(Body):
    """How somebody narrows the list; nothing does by itself, except that what is put aside is not shown."""

    show: WorklistPart = WorklistPart.ACTIVE
    priority: Annotated[Priority | None, _EMPTY] = None
    team: Annotated[Id | None, _EMPTY] = None
    programme: Annotated[Text | None, _EMPTY] = None
    search: Annotated[Text | None, _EMPTY] = None
    cursor: Annotated[Cursor, _EMPTY] = None

    @property
    def is_by_choice(self) -> bool:
        return self.model_dump(exclude={"cursor"}) != WorklistFilter().model_dump(exclude={"cursor"})

    def wanted(self, now: datetime) -> Wanted:
        """What it asks of the store."""
        return Wanted(
            mine=self.show is WorklistPart.MINE,
            snoozed={WorklistPart.ACTIVE: False, WorklistPart.MINE: None, WorklistPart.ASIDE: True}[
                self.show
            ],
            priority=self.priority,
            care_team_id=self.team,
            programme=self.programme,
            search=self.search,
            now=now,
            after=read_cursor(self.cursor, TaskCursor),
            limit=ON_A_PAGE,
        )


def filters(
    chosen: WorklistFilter,
    counts: OpenCounts,
    teams: Iterable[tuple[int, str]],
    programmes: Iterable[tuple[str, str]],
) -> Filters:
    """What is offered, with how many open tasks there are of each; `programmes` by name and title."""
    everything = sum(counts.by_priority.values())
    shown = {
        WorklistPart.ACTIVE: ("Active", everything - counts.snoozed),
        WorklistPart.MINE: ("Mine", counts.mine),
        WorklistPart.ASIDE: ("Put aside", counts.snoozed),
    }
    return Filters(
        shown=[
            Choice(show, label, count, is_chosen=show is chosen.show)
            for show, (label, count) in shown.items()
        ],
        priorities=[
            Choice("", "Every priority", is_chosen=chosen.priority is None),
            *(
                Choice(
                    each,
                    f"{each}, within {span(TERMS[each].acknowledge)} ({counts.by_priority[each]:,})",
                    is_chosen=each is chosen.priority,
                )
                for each in MOST_PRESSING_FIRST
            ),
        ],
        teams=[
            Choice("", "Every care team", is_chosen=chosen.team is None),
            *(Choice(str(team_id), name, is_chosen=team_id == chosen.team) for team_id, name in teams),
        ],
        programmes=[
            Choice("", "Every programme", is_chosen=chosen.programme is None),
            *(Choice(name, title, is_chosen=name == chosen.programme) for name, title in programmes),
        ],
        search=chosen.search or "",
    )
