"""All patients within reach, with what was measured of them last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BeforeValidator
from starlette.responses import Response

from gateway.operations import out_of_touch
from gateway.patients import directory, programmes
from gateway.patients.directory import Listed
from gateway.readings import latest_values
from gateway.readings.latest_values import Latest
from gateway.staff.members import team_names
from gateway.web.guard.context import Conn, Now, Seen, Shared, Viewer, Web
from gateway.web.parts.chart_groups import ChartGroup
from gateway.web.parts.fields import Body, Text
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.views import Frame
from gateway.web.parts.words import born, moment
from gateway.web.patients.views import DirectoryPage, LatestValue, PatientRow

router = APIRouter(include_in_schema=False, prefix="/patients")
ON_A_PAGE = 100


class DirectorySearch(Body):
    """Whom to look for. In a body and not in the address, which proxies write down."""

    search: Annotated[Text | None, BeforeValidator(lambda typed: typed or None)] = None


@router.get("")
async def all_patients(
    *,
    unjudged: bool = False,
    web: Shared,
    conn: Conn,
    staff: Viewer,
    now: Now,
    seen: Seen,
    frame: PageFrame,
) -> Response:
    """The first by name; with `unjudged`, of those who wait to be judged."""
    only = None
    if unjudged:
        waiting = await out_of_touch.unjudged(conn, staff.organisation_id, now)
        only = [each.patient_id for each in waiting]
    found = await _known(web, conn, seen, await directory.find(conn, staff, None, ON_A_PAGE, only))
    is_in_no_team = not await team_names(conn, staff)
    return render(
        _page(frame("Patients"), None, *found, now, is_unjudged=unjudged, is_in_no_team=is_in_no_team)
    )


@router.post("")
async def search(
    form: Annotated[DirectorySearch, Form()],
    *,
    web: Shared,
    conn: Conn,
    staff: Viewer,
    now: Now,
    seen: Seen,
    frame: PageFrame,
) -> Response:
    """Those who are looked for."""
    found = await _known(web, conn, seen, await directory.find(conn, staff, form.search, ON_A_PAGE))
    return render(_page(frame("Patients"), form.search, *found, now))


Found = tuple[Sequence[Listed], Mapping[int, Mapping[str, Latest]]]


async def _known(web: Web, conn: Conn, seen: Seen, listed: Sequence[Listed]) -> Found:
    """Who they are, their programmes by their titles, and their latest values."""
    known = web.resources.rule_sets
    found = [replace(each, programmes=programmes.titles(each.programmes, known)) for each in listed]
    ids = [each.patient_id for each in found]
    seen.update(ids)
    return found, await latest_values.latest(conn, ids)


def _page(
    frame: Frame,
    search: str | None,
    found: Sequence[Listed],
    latest: Mapping[int, Mapping[str, Latest]],
    now: datetime,
    *,
    is_unjudged: bool = False,
    is_in_no_team: bool = False,
) -> DirectoryPage:
    rows = [
        PatientRow(
            patient_id=each.patient_id,
            name=f"{each.family_name}, {each.given_name}",
            born=born(each.birth_date, each.time_zone, now),
            identifier=each.identifier,
            programmes=each.programmes,
            open_tasks=each.open_tasks,
            latest=_latest(latest.get(each.patient_id, {}), each.time_zone, now),
        )
        for each in found
    ]
    is_cut = len(rows) == ON_A_PAGE
    return DirectoryPage(frame, search or "", is_unjudged, rows, is_cut, is_in_no_team)


def _latest(values: Mapping[str, Latest], zone: str, now: datetime) -> list[LatestValue]:
    """One value for each chart that has all of its vitals."""
    shown = []
    for group in ChartGroup:
        found = [values[vital.code] for vital in group.vitals if vital.code in values]
        if len(found) == len(group.vitals):
            value = "/".join(f"{each.value:g}" for each in found)
            shown.append(
                LatestValue(group.title, f"{value} {group.unit}", moment(found[0].measured_at, zone, now))
            )
    return shown
