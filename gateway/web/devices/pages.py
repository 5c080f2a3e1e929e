"""Devices: readings that are nobody's, and whose they are from now on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import Field as Declared
from starlette.responses import Response

from gateway.database.connection import Connection
from gateway.hubs import hubs
from gateway.hubs.hubs import UnknownHub
from gateway.patients import assignments, patients
from gateway.patients.assignments import AssignmentOverlaps, NewAssignment, Source
from gateway.patients.patients import UnknownPatient
from gateway.staff.sessions import Staff
from gateway.web.devices.entries import Assigner
from gateway.web.guard.context import Conn, Now, Seen
from gateway.web.guard.idempotency import Once
from gateway.web.guard.ids import LAST_ID
from gateway.web.parts.fields import Body, Cursor, Id, LocalTime, Text, page, read_cursor
from gateway.web.parts.forms import FormRefused, Typed, as_it_is, create, filled
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Cell, Field, FieldKind, FormBlock, LinkBlock, SetupPage, TableBlock
from gateway.web.parts.words import counted, moment

router = APIRouter(include_in_schema=False, prefix="/setup/devices")
ON_A_PAGE = 100
HUBS_SUGGESTED = 200
_BACK = ("/setup/devices", "Devices")
_BESIDE = {UnknownHub: "hub", UnknownPatient: "patient", AssignmentOverlaps: "since"}


class AssignmentStart(StrEnum):
    """From when on a device is a patient's."""

    FIRST = "first"
    NOW = "now"
    TIME = "time"


class AssignmentForm(Body):
    """As typed: the patient by number, a time as clocks show it where the patient lives."""

    hub: Text
    device_identifier: Annotated[Text, Declared(max_length=120)]
    user: Annotated[int, Declared(ge=0, le=255)] | None = None
    patient: Text
    since: AssignmentStart
    time: LocalTime | None = None


SourceId = Annotated[int | None, Query(ge=1, le=LAST_ID)]


@router.get("")
async def devices_page(
    conn: Conn, by: Assigner, frame: PageFrame, now: Now, cursor: Cursor = None
) -> Response:
    """What was measured and is nobody's."""
    after = read_cursor(cursor, Id) or 0
    found = await assignments.sources(conn, by, unassigned=True, after=after, limit=ON_A_PAGE)
    following = page(found, ON_A_PAGE, lambda each: each.source_id).next
    table = TableBlock(
        ["Device", "Model", "Readings of nobody", "Latest", ""],
        [_row(each, now) for each in found],
        empty="Every reading belongs to a patient.",
        title="Readings of nobody",
        following=f"/setup/devices?cursor={following}" if following else "",
    )
    other = LinkBlock([("Assign a device that was not heard yet", "/setup/devices/assign")])
    lead = "Readings of nobody are kept and not judged until it is said whose the device is."
    return render(SetupPage(frame("Devices"), lead, [table, other]))


@router.get("/assign")
async def assignment_page(
    conn: Conn, by: Assigner, frame: PageFrame, now: Now, source_id: SourceId = None
) -> Response:
    """The form, for a device that was heard or for another."""
    source = await _source(conn, by, source_id)
    return render(_page(frame, await _form(conn, by, source, now)))


@router.post("/assign")
async def assign(
    typed: Typed,
    *,
    conn: Conn,
    by: Assigner,
    frame: PageFrame,
    now: Now,
    seen: Seen,
    once: Once,
    source_id: SourceId = None,
) -> Response:
    """To the patient, or the form again with what was wrong."""
    source = await _source(conn, by, source_id)

    async def act(entry: AssignmentForm) -> str:
        found = await patients.find_patients(conn, by, identifier=entry.patient)
        if not found:
            raise UnknownPatient("There is no patient of this number, or not for you.")
        [patient] = found
        since = _since(entry, source, patient.time_zone, now)
        new = NewAssignment(
            entry.hub, entry.device_identifier, entry.user, patient.patient_id, since, until=None
        )
        await assignments.assign(conn, by, new, now)
        seen.add(patient.patient_id)
        return f"/patients/{patient.patient_id}"

    try:
        return await create(once, AssignmentForm, typed, act, _BESIDE)
    except FormRefused as refused:
        return render(_page(frame, filled(await _form(conn, by, source, now), typed, refused.faults)), 422)


async def _source(conn: Connection, by: Staff, source_id: int | None) -> Source | None:
    if source_id is None:
        return None
    found = await assignments.sources(conn, by, unassigned=False, after=source_id - 1, limit=1)
    return found[0] if found and found[0].source_id == source_id else None


def _since(entry: AssignmentForm, source: Source | None, zone: str, now: datetime) -> datetime:
    match entry.since:
        case AssignmentStart.FIRST:
            return now if source is None else source.first_measured_at or now
        case AssignmentStart.NOW:
            return now
        case AssignmentStart.TIME:
            if entry.time is None:
                raise FormRefused({"time": "Please fill this in, or choose otherwise."})
            return entry.time.replace(tzinfo=ZoneInfo(zone))


def _row(source: Source, now: datetime) -> list[Cell]:
    slot = "" if source.user is None else f"user {source.user}"
    last = source.last_measured_at
    return [
        Cell(source.device_identifier, slot),
        Cell(source.model or "unknown", source.manufacturer or ""),
        Cell(counted(source.unassigned_readings, "reading", "readings")),
        Cell("" if last is None else moment(last, "UTC", now).age),
        Cell("Assign", href=f"/setup/devices/assign?source_id={source.source_id}"),
    ]


async def _form(conn: Connection, by: Staff, source: Source | None, now: datetime) -> FormBlock:
    names = [hub.name for hub in await hubs.all_of(conn, by, after="", limit=HUBS_SUGGESTED)]
    query = "" if source is None else f"?source_id={source.source_id}"
    form = FormBlock(f"/setup/devices/assign{query}", "Assign the device", _fields(names, source, now))
    known: dict[str, Sequence[str]] = {
        "hub": names if len(names) == 1 else [],
        "since": [AssignmentStart.FIRST if source else AssignmentStart.NOW],
    }
    if source is not None:
        known["device_identifier"] = [source.device_identifier]
        known["user"] = [] if source.user is None else [str(source.user)]
    return as_it_is(form, known)


def _fields(names: Sequence[str], source: Source | None, now: datetime) -> list[Field]:
    first = None if source is None else source.first_measured_at
    choices = [(AssignmentStart.NOW, "from now on"), (AssignmentStart.TIME, "from the time below on")]
    if first is not None:
        choices.insert(
            0, (AssignmentStart.FIRST, f"from its first reading on ({moment(first, 'UTC', now).text})")
        )
    return [
        Field("patient", "Patient's number"),
        Field("hub", "Hub", suggestions=names, hint="The box at the patient's home."),
        Field("device_identifier", "Device", hint="Its address, as on its label or in its readings."),
        Field(
            "user", "User slot", FieldKind.NUMBER, optional=True, hint="Where the device has several users."
        ),
        Field("since", "The patient's", FieldKind.ONE, options=choices),
        Field(
            "time", "Time", FieldKind.TIME, optional=True, hint="As clocks show it where the patient lives."
        ),
    ]


def _page(frame: PageFrame, form: FormBlock) -> SetupPage:
    lead = "What it measured since then is the patient's, and will be judged."
    return SetupPage(frame("Assign a device"), lead, [form], _BACK)
