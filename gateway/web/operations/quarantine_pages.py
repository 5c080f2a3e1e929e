"""The quarantine: what could not be used, why, and what was done about it."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from edge_agent.wire import topics
from gateway.database.connection import Connection
from gateway.ingest import quarantine
from gateway.ingest import retry as retrying
from gateway.ingest.message_state import QuarantineState
from gateway.ingest.quarantine import MessageSettled, Quarantined
from gateway.ingest.retry import NoHeader, Retried
from gateway.staff.permissions import Permission, may
from gateway.staff.sessions import Staff
from gateway.web.guard.context import Conn, Now, Overseer, Shared
from gateway.web.operations import quarantined_message
from gateway.web.operations.entries import Discarding, MessageId, QuarantineWorker, Reader
from gateway.web.parts.fields import BigId, Cursor, page, read_cursor
from gateway.web.parts.form_redirects import lead_back
from gateway.web.parts.forms import FormRefused, Typed, filled, submit
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import (
    Block,
    Cell,
    FactBlock,
    Field,
    FieldKind,
    FormBlock,
    NoticeBlock,
    SetupPage,
    TableBlock,
    VerbatimBlock,
)
from gateway.web.parts.words import counted, moment

router = APIRouter(include_in_schema=False, prefix="/setup/quarantine")
lead_back(router, "/{number}/{action}", page="/setup/quarantine/{number}")
ON_A_PAGE = 100
_BACK = ("/setup/quarantine", "Quarantine")


@router.get("")
async def quarantine_page(
    conn: Conn, staff: Overseer, frame: PageFrame, now: Now, cursor: Cursor = None
) -> Response:
    """What lies there and nobody has dealt with, the newest first."""
    found = await quarantine.find(conn, staff, before=read_cursor(cursor, BigId), limit=ON_A_PAGE)
    following = page(found, ON_A_PAGE, lambda each: each.quarantine_id).next
    reads = may(staff.role, Permission.READ_QUARANTINE)
    table = TableBlock(
        ["Came", "From", "Why it could not be used"],
        [_row(each, now, reads=reads) for each in found],
        empty="Nothing lies in quarantine.",
        following=f"/setup/quarantine?cursor={following}" if following else "",
    )
    lead = "Messages of hubs that could not be stored. Nothing here is judged, and nothing is ever deleted."
    return render(SetupPage(frame("Quarantine"), lead, [table]))


@router.get("/{quarantine_id}")
async def message_page(
    quarantine_id: MessageId, conn: Conn, staff: Reader, frame: PageFrame, now: Now
) -> Response:
    """One message with its bytes."""
    return render(await _message(conn, staff, frame, quarantine_id, now))


@router.post("/{quarantine_id}/retry")
async def retry(
    quarantine_id: MessageId, *, web: Shared, conn: Conn, staff: QuarantineWorker, frame: PageFrame, now: Now
) -> Response:
    """The message, with what came of it."""
    try:
        retried = await retrying.retry(web.resources.pool, staff, quarantine_id, now)
    except (MessageSettled, NoHeader) as refusal:
        text = str(refusal)
    else:
        text = _outcome(retried)
    return render(await _message(conn, staff, frame, quarantine_id, now, text=text))


@router.post("/{quarantine_id}/discard")
async def discard(
    quarantine_id: MessageId, typed: Typed, *, conn: Conn, staff: QuarantineWorker, frame: PageFrame, now: Now
) -> Response:
    """To the list, or the form again with what was wrong."""

    async def act(entry: Discarding) -> None:
        await quarantine.discard(conn, staff, quarantine_id, entry.reason, now)

    try:
        await submit(conn, Discarding, typed, act)
    except FormRefused as refused:
        form = filled(_discarding(quarantine_id), typed, refused.faults)
        return render(await _message(conn, staff, frame, quarantine_id, now, form=form), 422)
    return RedirectResponse("/setup/quarantine", status_code=303)


def _row(each: Quarantined, now: datetime, *, reads: bool) -> list[Cell]:
    came = moment(each.received_at, "UTC", now)
    return [
        Cell(came.text, came.age, href=f"/setup/quarantine/{each.quarantine_id}" if reads else ""),
        Cell(*_origin(each)),
        Cell(each.reason),
    ]


def _origin(each: Quarantined) -> tuple[str, str]:
    """The hub and what it sent, as far as the topic says."""
    size = counted(each.size, "byte", "bytes")
    try:
        hub, channel = topics.parse(each.topic)
    except ValueError:
        return each.topic, size
    return hub, f"{channel}, {size}"


def _outcome(retried: Retried) -> str:
    if retried.state is QuarantineState.OPEN:
        return f"It still cannot be used: {'; '.join(retried.refused)}."
    refused = f", {len(retried.refused)} refused again" if retried.refused else ""
    return f"{retried.stored} stored, {retried.before} stored before{refused}."


def _discarding(quarantine_id: int) -> FormBlock:
    reason = Field(
        "reason", "Why", FieldKind.LONG, hint="Without a measured value: everybody reads it who looks."
    )
    return FormBlock(
        f"/setup/quarantine/{quarantine_id}/discard",
        "Give it up",
        [reason],
        title="Give it up",
        lead="Its bytes are kept. It is no longer counted, and nothing in it is ever judged.",
        is_grave=True,
    )


async def _message(
    conn: Connection,
    staff: Staff,
    frame: PageFrame,
    quarantine_id: int,
    now: datetime,
    *,
    text: str = "",
    form: FormBlock | None = None,
) -> SetupPage:
    details = await quarantined_message.get(conn, staff, quarantine_id)
    message = details.message
    blocks: list[Block] = [NoticeBlock(text)] if text else []
    first, last = message.first_position, message.last_position
    positions = f"{first} to {last}" if first else "not said"
    blocks.append(
        FactBlock(
            [
                ("Why", message.reason),
                ("Came", moment(message.received_at, "UTC", now).text),
                ("From", message.topic),
                ("Positions", positions),
                ("State", message.state),
            ]
        )
    )
    blocks += [
        FactBlock([(f"{moment(step.at, 'UTC', now).text}, {step.staff_name}", f"{step.outcome}: {step.why}")])
        for step in details.steps
    ]
    blocks.append(VerbatimBlock(f"What came ({details.encoding})", details.payload))
    if message.state is QuarantineState.OPEN and may(staff.role, Permission.WORK_QUARANTINE):
        lead = "Once the cause is dealt with: what can be stored is stored, the rest stays here."
        again = FormBlock(
            f"/setup/quarantine/{quarantine_id}/retry", "Try again", title="Try again", lead=lead
        )
        blocks += [again, form or _discarding(quarantine_id)]
    return SetupPage(frame(f"Message {quarantine_id}"), "", blocks, _BACK)
