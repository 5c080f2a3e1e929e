"""Hubs: the boxes at patients' homes, and their access to the broker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from gateway.hubs import broker_access, hubs
from gateway.hubs.broker_access import HubAccess, NameReserved
from gateway.hubs.hubs import SILENT_AFTER, Hub, HubExists
from gateway.web.guard.context import Conn, Now, Shared
from gateway.web.guard.idempotency import Once
from gateway.web.hubs.entries import HubEntry, HubName, Manager
from gateway.web.parts.fields import Cursor, Text, page, read_cursor
from gateway.web.parts.forms import FormRefused, Typed, filled, submit
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import (
    Block,
    Cell,
    FactBlock,
    Field,
    FormBlock,
    LinkBlock,
    NoticeBlock,
    SetupPage,
    TableBlock,
)
from gateway.web.parts.words import moment

router = APIRouter(include_in_schema=False, prefix="/setup/hubs")
ON_A_PAGE = 100
_BACK = ("/setup/hubs", "Hubs")
_FORM = FormBlock(
    "/setup/hubs",
    "Enrol the hub",
    [Field("name", "Name", hint="Small letters, digits and hyphens, such as home-17. It stays.")],
    title="Another hub",
)


@router.get("")
async def hubs_page(conn: Conn, by: Manager, frame: PageFrame, now: Now, cursor: Cursor = None) -> Response:
    """The hubs by name, and the form for another."""
    found = await hubs.all_of(conn, by, after=read_cursor(cursor, Text) or "", limit=ON_A_PAGE)
    return render(SetupPage(frame("Hubs"), "", [_table(found, now), _FORM]))


@router.post("")
async def enrol(
    typed: Typed, *, web: Shared, conn: Conn, by: Manager, frame: PageFrame, once: Once
) -> Response:
    """What the hub signs in with, or the form again with what was wrong."""

    async def act(entry: HubEntry) -> HubAccess:
        return await once(
            HubAccess,
            lambda: broker_access.enrol(conn, web.resources.settings, by.organisation_id, entry.name),
            unstored="password",
        )

    try:
        access = await submit(conn, HubEntry, typed, act, {HubExists: "name", NameReserved: "name"})
    except FormRefused as refused:
        return render(SetupPage(frame("Hubs"), "", [filled(_FORM, typed, refused.faults)], _BACK), 422)
    return render(_shown_once(frame, access))


@router.get("/{name}/password")
async def renewal_page(name: Annotated[HubName, Path()], _: Manager, frame: PageFrame) -> Response:
    """Whether it is meant."""
    form = FormBlock(f"/setup/hubs/{name}/password", "Make a new password", is_grave=True)
    lead = "The old one ends at once: the hub keeps its readings and cannot send until it has the new one."
    return render(SetupPage(frame(f"A new password for {name}"), lead, [form], _BACK))


@router.post("/{name}/password")
async def renew(
    name: Annotated[HubName, Path()], web: Shared, conn: Conn, by: Manager, frame: PageFrame
) -> Response:
    """A new password; the hub is out until it has it."""
    access = await broker_access.renew(conn, web.resources.settings, by.organisation_id, name)
    return render(_shown_once(frame, access))


def _table(found: Sequence[Hub], now: datetime) -> TableBlock:
    following = page(found, ON_A_PAGE, lambda hub: hub.name).next
    return TableBlock(
        ["Hub", "State", ""],
        [[Cell(hub.name), _state(hub, now), _renewal(hub)] for hub in found],
        empty="There is none. A hub is enrolled here and then told its password.",
        following=f"/setup/hubs?cursor={following}" if following else "",
    )


def _state(hub: Hub, now: datetime) -> Cell:
    if hub.status_at is None:
        return Cell("never heard from")
    is_here = hub.online and now - hub.status_at <= SILENT_AFTER
    return Cell("online" if is_here else "away", f"last heard {moment(hub.status_at, 'UTC', now).age}")


def _renewal(hub: Hub) -> Cell:
    return Cell("New password", href=f"/setup/hubs/{hub.name}/password")


def _shown_once(frame: PageFrame, access: HubAccess) -> SetupPage:
    blocks: list[Block] = [
        NoticeBlock("It is shown here and never again. Without it the hub cannot send."),
        FactBlock([("Hub", access.name), ("Password at the broker", access.password or "")]),
    ]
    if access.password is None:
        blocks = [
            NoticeBlock(
                "The hub is enrolled, and its password was shown before. If nobody has it, make another."
            ),
            LinkBlock([("Make another password", f"/setup/hubs/{access.name}/password")]),
        ]
    return SetupPage(frame("The hub's password"), "", blocks, _BACK)
