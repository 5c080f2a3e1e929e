"""A patient's own limits: what holds, who set it and why, and another one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from gateway.patients import limit_store
from gateway.patients.limit_store import EndNeeded, LimitInForce, LimitRefused, PersonalLimit, UnknownLimit
from gateway.patients.patients import Patient
from gateway.web.guard.context import Conn, Now, PatientInReach, RowId, Shared
from gateway.web.guard.idempotency import Once
from gateway.web.limits import patient_limits
from gateway.web.limits.entries import LimitEntry, LimitSetter
from gateway.web.limits.patient_limits import Limits
from gateway.web.parts.fields import Body, Day, Text, VitalValue, after_day
from gateway.web.parts.form_redirects import lead_back
from gateway.web.parts.forms import FormRefused, Typed, as_it_is, create, filled, sentence
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Block, Cell, Field, FieldKind, FormBlock, SetupPage, TableBlock
from gateway.web.parts.words import ending, quantity

router = APIRouter(include_in_schema=False, prefix="/setup/patients/{patient_id}/limits")
lead_back(router, "/{number}/actions/{action}", page="/setup/patients/{patient_id}/limits")
_BESIDE: Mapping[type[Exception], str] = {LimitRefused: "value", EndNeeded: "last_day"}
_LEAD = (
    "A clinician loosens a limit; anybody of the team may tighten it. "
    "Beyond the bound that the rule itself sets, a second clinician has to agree."
)


class LimitForm(Body):
    """As typed: a last day instead of an end."""

    value: VitalValue
    why: Text
    last_day: Day | None = None


@router.get("")
async def limits_page(
    patient: PatientInReach, *, web: Shared, conn: Conn, _: LimitSetter, frame: PageFrame, now: Now
) -> Response:
    """What holds for the patient, and what waits for a second clinician."""
    known = await patient_limits.find(web, conn, patient, now)
    zone, address = patient.time_zone, _address(patient)
    blocks: list[Block] = [
        TableBlock(
            ["Limit", "Rule", "Set by", ""],
            [_in_force(each, address, zone, now) for each in known.in_force],
            empty="No rule of the patient's programmes has a limit.",
            title="In force",
        )
    ]
    waiting = [each for each in known.history if each.needs_second and each.seconded_at is None]
    waiting = [each for each in waiting if each.ended_at is None]
    if waiting:
        names = {each.limit.key: each.limit.name for each in known.in_force}
        blocks.append(
            TableBlock(
                ["Limit", "Set by", "Why", "Until", ""],
                [_waiting(each, names, address, zone, now) for each in waiting],
                empty="",
                title="Waits for a second clinician",
            )
        )
    heading = f"Limits of {_name(patient)}"
    return render(SetupPage(frame("Limits"), _LEAD, blocks, _back(patient), heading))


@router.get("/{rule_id}/{vital}")
async def limit_page(
    rule_id: Text,
    vital: Text,
    *,
    patient: PatientInReach,
    web: Shared,
    conn: Conn,
    _: LimitSetter,
    frame: PageFrame,
    now: Now,
) -> Response:
    """The form, with what holds now."""
    limit = _find(await patient_limits.find(web, conn, patient, now), rule_id, vital)
    form = as_it_is(_form(patient, limit), {"value": [f"{limit.value:g}"]})
    return render(_page(frame, patient, form))


@router.post("/{rule_id}/{vital}")
async def set_limit(
    rule_id: Text,
    vital: Text,
    *,
    typed: Typed,
    patient: PatientInReach,
    web: Shared,
    conn: Conn,
    staff: LimitSetter,
    frame: PageFrame,
    now: Now,
    once: Once,
) -> Response:
    """To the limits, or the form again with what was wrong."""
    limit = _find(await patient_limits.find(web, conn, patient, now), rule_id, vital)

    async def act(entry: LimitForm) -> str:
        until = None if entry.last_day is None else after_day(entry.last_day, patient.time_zone)
        wanted = LimitEntry(rule_id=rule_id, vital=vital, value=entry.value, why=entry.why, until=until)
        await patient_limits.set_limit(web, conn, patient, wanted, by=staff, now=now)
        return _address(patient)

    try:
        return await create(once, LimitForm, typed, act, _BESIDE)
    except FormRefused as refused:
        form = filled(_form(patient, limit), typed, refused.faults)
        return render(_page(frame, patient, form), 422)


@router.post("/{limit_id}/actions/second")
async def second(
    limit_id: RowId, *, patient: PatientInReach, conn: Conn, staff: LimitSetter, now: Now
) -> Response:
    """A second clinician agrees."""
    await limit_store.second(conn, staff, patient.patient_id, limit_id, now)
    return RedirectResponse(_address(patient), status_code=303)


@router.post("/{limit_id}/actions/end")
async def end(
    limit_id: RowId, *, patient: PatientInReach, web: Shared, conn: Conn, staff: LimitSetter, now: Now
) -> Response:
    """The rule's own limit holds again."""
    await patient_limits.end(web, conn, patient, limit_id, by=staff, now=now)
    return RedirectResponse(_address(patient), status_code=303)


def _find(known: Limits, rule_id: str, vital: str) -> LimitInForce:
    for each in known.in_force:
        if each.limit.key == (rule_id, vital):
            return each
    raise UnknownLimit("The patient's rules have no such limit.")


def _in_force(each: LimitInForce, address: str, zone: str, now: datetime) -> list[Cell]:
    limit, own = each.limit, each.own
    shown = f"{sentence(limit.name)} {limit.words} {quantity(each.value, limit.unit)}"
    if own is None:
        change = Cell("Change", href=f"{address}/{limit.rule_id}/{limit.vital}")
        return [Cell(shown), Cell(limit.title), Cell("", "the programme's default"), change]
    until = "further notice" if own.until is None else ending(own.until, zone, now)
    instead = f"instead of {quantity(limit.value, limit.unit)}, until {until}"
    back = Cell("Take back", action=f"{address}/{own.personal_limit_id}/actions/end")
    return [Cell(shown, instead), Cell(limit.title), Cell(own.set_by, own.why), back]


def _waiting(
    each: PersonalLimit, names: dict[tuple[str, str], str], address: str, zone: str, now: datetime
) -> list[Cell]:
    return [
        Cell(f"{names.get((each.rule_id, each.vital), each.vital)} {each.value:g}"),
        Cell(each.set_by),
        Cell(each.why),
        Cell("" if each.until is None else ending(each.until, zone, now)),
        Cell("Agree", action=f"{address}/{each.personal_limit_id}/actions/second"),
    ]


def _form(patient: Patient, each: LimitInForce) -> FormBlock:
    limit = each.limit
    label = f"{sentence(limit.name)} {limit.words}"
    shipped = f"The programme's own: {limit.words} {quantity(limit.value, limit.unit)}."
    return FormBlock(
        f"{_address(patient)}/{limit.rule_id}/{limit.vital}",
        "Set this limit",
        [
            Field("value", label, FieldKind.NUMBER, hint=shipped),
            Field(
                "last_day",
                "Until the end of",
                FieldKind.DATE,
                optional=True,
                hint="Empty: until further notice.",
            ),
            Field("why", "Why", hint="Everybody reads it who sees the limit."),
        ],
        title=limit.title,
    )


def _page(frame: PageFrame, patient: Patient, form: FormBlock) -> SetupPage:
    back = (_address(patient), f"Limits of {_name(patient)}")
    return SetupPage(frame("Limit"), _LEAD, [form], back, f"Limit of {_name(patient)}")


def _address(patient: Patient) -> str:
    return f"/setup/patients/{patient.patient_id}/limits"


def _name(patient: Patient) -> str:
    return f"{patient.family_name}, {patient.given_name}"


def _back(patient: Patient) -> tuple[str, str]:
    return f"/patients/{patient.patient_id}", "The patient"
