"""What roles could not work on, and roles that ended and were begun again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from gateway import faults
from gateway.faults import ItemKind, RoleEnd, SetAside
from gateway.web.guard.context import Conn, Now, Overseer
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Cell, SetupPage, TableBlock
from gateway.web.parts.words import counted, moment

router = APIRouter(include_in_schema=False, prefix="/setup/set-aside")
MOST = 200
_WHAT: Mapping[ItemKind, tuple[str, str]] = {
    ItemKind.PATIENT: ("Patient {}", "Their readings are not being evaluated: look at them yourself."),
    ItemKind.LIMITS: ("Limits of patient {}", "A limit that has ended still applies."),
    ItemKind.TASK: ("Task {}", "Its deadlines are not checked: nobody is told when it is overdue."),
    ItemKind.NOTIFICATION: ("Notification {}", "It has NOT been delivered."),
    ItemKind.ORGANISATION: (
        "Warnings of this organisation",
        "No task is created for what has waited too long.",
    ),
    ItemKind.MESSAGE: ("Message on {}", "Its hub still has it and sends it again. It stays here for a day."),
    ItemKind.CHORE: (
        "{}, as a whole",
        "It is not being done at all: a fault of the gateway or its database.",
    ),
}
_PAGES = {ItemKind.PATIENT: "/patients/{}", ItemKind.LIMITS: "/patients/{}", ItemKind.TASK: "/tasks/{}"}
LEAD = (
    "The gateway could not process these. Everything else continues. It retries them by itself, and takes"
    " them off this list once they succeed. Tell whoever runs the gateway: its log says where the error was,"
    " and docs/operation.md what to do."
)


@router.get("")
async def set_aside_page(conn: Conn, staff: Overseer, frame: PageFrame, now: Now) -> Response:
    """The longest first."""
    found = await faults.list_set_aside(conn, staff.organisation_id, limit=MOST)
    ended = await faults.role_ends(conn, now)
    items = TableBlock(
        ["What", "Role", "Since", "Error", "Tried again"],
        [_row(each, now) for each in found],
        empty="Nothing is set aside.",
    )
    roles = TableBlock(
        ["Role", "Restarted", "Since", "Error"],
        [_ended(each, now) for each in ended],
        empty="No role has ended in the last hour.",
        title="Restarted roles",
    )
    return render(SetupPage(frame("What was set aside"), LEAD, [items, roles]))


def _row(each: SetAside, now: datetime) -> list[Cell]:
    what, about = _WHAT[ItemKind(each.kind)]
    page = _PAGES.get(ItemKind(each.kind), "")
    return [
        Cell(what.format(each.item), about, href=page.format(each.item)),
        Cell(each.role),
        Cell(moment(each.first_at, "UTC", now).age, counted(each.attempts, "attempt", "attempts")),
        Cell(each.reason),
        Cell(moment(each.next_at, "UTC", now).text),
    ]


def _ended(each: RoleEnd, now: datetime) -> list[Cell]:
    return [
        Cell(each.role),
        Cell(counted(each.times, "time", "times")),
        Cell(moment(each.since, "UTC", now).age),
        Cell(each.reason),
    ]
