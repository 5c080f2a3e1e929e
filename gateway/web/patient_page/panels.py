"""What is below: charts, calendar, devices, limits, tasks, notes and time spent. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import dropwhile, groupby

from edge_agent.wire.vitals import Vital
from gateway.ages import age, span
from gateway.hubs.hubs import SILENT_AFTER
from gateway.patients.equipment import Equipment
from gateway.patients.limit_store import LimitInForce
from gateway.patients.notes import WrittenNote
from gateway.patients.patients import Patient
from gateway.patients.profiles import Entered, Profile, RiskMedication
from gateway.patients.visits import Visit
from gateway.readings.adherence import Adherence, DayKept, DayState
from gateway.tasks.tasks import Task
from gateway.web.parts.chart_groups import ChartGroup
from gateway.web.parts.task_line import STATUS_WORDS
from gateway.web.parts.words import MEALS, counted, day_text, ending, moment, quantity
from gateway.web.patient_page.views import (
    AdherencePanel,
    Chart,
    ChartsPanel,
    DayCell,
    DeviceRow,
    DevicesPanel,
    LimitRow,
    LimitsPanel,
    Month,
    NoteRow,
    NotesPanel,
    PersonPanel,
    TaskRow,
    TasksPanel,
    TimePanel,
    VisitRow,
    VitalCalendar,
)


def charts(
    patient: Patient,
    groups: Sequence[ChartGroup],
    limits: Sequence[LimitInForce],
    *,
    raised: Collection[str],
    evidence: Sequence[tuple[Collection[str], datetime]],
    newest: datetime | None,
) -> ChartsPanel:
    """A chart for each of `groups`; `limits` of one value each, `evidence`: vitals and time."""
    return ChartsPanel(
        newest_ms=int(newest.timestamp() * 1000) if newest else 0,
        patient_id=patient.patient_id,
        zone=patient.time_zone,
        charts=[_chart(each, limits, each.has_one_of(raised), evidence) for each in groups],
    )


def _chart(
    group: ChartGroup,
    limits: Sequence[LimitInForce],
    is_raised: bool,
    evidence: Sequence[tuple[Collection[str], datetime]],
) -> Chart:
    own = [limit for limit in limits if group.has_one_of([limit.limit.vital])]
    settings = {
        "vitals": [vital.code for vital in group.vitals],
        "names": [vital.display for vital in group.vitals],
        "unit": group.unit,
        "meals": MEALS,
        "limits": [
            {
                "vital": each.limit.vital,
                "value": each.value,
                "isUpper": each.limit.outward > 0,
                "words": group.limit_text(each),
            }
            for each in own
        ],
        "evidence": [int(at.timestamp()) for vitals, at in evidence if group.has_one_of(vitals)],
    }
    return Chart(
        group.key,
        group.title,
        group.unit,
        json.dumps(settings),
        [group.limit_text(each) for each in own],
        is_raised,
    )


def adherence(found: Iterable[Adherence]) -> AdherencePanel:
    """A calendar for each chart whose first vital is expected or was measured."""
    named = {group.vitals[0].code: group.title for group in ChartGroup}
    return AdherencePanel([_calendar(named[each.vital], each) for each in found if each.vital in named])


def _calendar(name: str, found: Adherence) -> VitalCalendar:
    begun = list(dropwhile(lambda each: not each.readings and each.state == DayState.UNPLANNED, found.days))
    months = groupby(begun, key=lambda each: (each.day.year, each.day.month))
    return VitalCalendar(
        name=name,
        asked="Nothing is scheduled"
        if found.every_hours is None
        else f"Every {span(timedelta(hours=found.every_hours))}",
        kept="" if not found.expected else f"{found.kept} of {counted(found.expected, 'day', 'days')} kept",
        months=[_month(list(days)) for _, days in months],
    )


def _month(days: Sequence[DayKept]) -> Month:
    first = days[0].day
    cells = [
        DayCell(
            f"{day_text(each.day)}: {counted(each.readings, 'reading', 'readings')}, {each.state}",
            each.day.day,
            each.readings,
            "measured" if each.state is DayState.UNPLANNED and each.readings else each.state,
        )
        for each in days
    ]
    return Month(f"{first:%B %Y}", first.weekday(), cells)


def devices(found: Sequence[Equipment], zone: str, now: datetime) -> DevicesPanel:
    """The patient's devices and the hubs that they speak through."""
    return DevicesPanel([_device(each, zone, now) for each in found])


def _device(each: Equipment, zone: str, now: datetime) -> DeviceRow:
    slot = "" if each.user is None else f", user {each.user}"
    made = " ".join(part for part in (each.manufacturer, each.model) if part)
    return DeviceRow(
        device=f"{each.device_identifier}{slot}",
        model=made or "model unknown",
        since="from the beginning" if each.since is None else moment(each.since, zone, now).text,
        until=None if each.until is None else moment(each.until, zone, now).text,
        hub=each.hub_name,
        hub_state=_hub_state(each, now),
    )


def _hub_state(each: Equipment, now: datetime) -> str:
    if each.hub_name is None:
        return "not known yet: nothing has come from it"
    if each.status_at is None:
        return "never heard from"
    is_well = each.online and now - each.status_at <= SILENT_AFTER
    return f"{'online' if is_well else 'away'}, last heard {age(each.status_at, now)}"


def limits(found: Sequence[LimitInForce], zone: str, now: datetime) -> LimitsPanel:
    """Every limit that judges the patient."""
    return LimitsPanel([_limit(each, zone, now) for each in found])


def _limit(each: LimitInForce, zone: str, now: datetime) -> LimitRow:
    limit, own = each.limit, each.own
    unit = Vital.from_code(limit.vital).unit

    def text(value: float) -> str:
        return f"{limit.name} {limit.words} {quantity(value, unit)}"

    return LimitRow(
        rule=limit.title,
        limit=text(each.value),
        shipped=text(limit.value) if own else None,
        set_by=f"{own.set_by}, {moment(own.set_at, zone, now).text}" if own else None,
        until=ending(own.until, zone, now) if own and own.until else None,
        why=own.why if own else None,
    )


def tasks(found: Sequence[Task], now: datetime) -> TasksPanel:
    """Everything that was raised, the newest first."""
    newest_first = sorted(found, key=lambda task: (task.raised_at, task.task_id), reverse=True)
    return TasksPanel(
        [
            TaskRow(
                task_id=task.task_id,
                title=task.title,
                priority=task.priority,
                raised=moment(task.raised_at, task.time_zone, now),
                reason=task.reason,
                status=STATUS_WORDS[task.status],
                owner=task.owner_name,
            )
            for task in newest_first
        ]
    )


def notes(
    patient_id: int,
    found: Sequence[WrittenNote],
    zone: str,
    now: datetime,
    *,
    draft: str = "",
    notice: str | None = None,
) -> NotesPanel:
    """What was written, the newest first; `draft` as typed, where it could not be kept."""
    rows = [
        NoteRow(moment(each.at, zone, now), each.staff_name, each.note, each.about, each.task_id)
        for each in found
    ]
    return NotesPanel(patient_id, rows, draft, notice)


PERSON = {
    "phone": "Telephone",
    "language": "Language",
    "emergency_contact": "Emergency contact, and what they are to the patient",
    "emergency_phone": "Their telephone",
    "address": "Address for an ambulance",
    "second_identifier": "Second identifier, such as an insurer's number",
}
"""What is entered of a person in one line each, and how it is asked for."""


def person(patient: Patient, entered: Entered | None, now: datetime) -> PersonPanel:
    """What is entered, and who entered it last."""
    profile = entered.profile if entered else Profile()
    taken = profile.risk_medications or frozenset()
    return PersonPanel(
        patient_id=patient.patient_id,
        lines=[(name, label, getattr(profile, name)) for name, label in PERSON.items()],
        medications=[(each, each in taken) for each in RiskMedication],
        was_asked=profile.risk_medications is not None,
        entered=f"Entered by {entered.entered_by}, {moment(entered.entered_at, patient.time_zone, now).text}"
        if entered
        else None,
    )


def time(found: Sequence[Visit], since: date, zone: str, now: datetime) -> TimePanel:
    """The visits of a month."""
    rows = [
        VisitRow(moment(each.began_at, zone, now), each.staff_name, lasted(each.seconds)) for each in found
    ]
    return TimePanel(f"{since:%B %Y}", rows)


def lasted(seconds: int) -> str:
    """How long a visit was."""
    return f"{seconds // 60}:{seconds % 60:02} min"
