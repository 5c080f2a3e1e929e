"""A patient's page for whoever asks: what the store says, brought together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import Depends

from alerting.kinds.threshold import Threshold
from gateway.patients import (
    enrolments,
    equipment,
    limit_store,
    notes,
    patients,
    profiles,
    programmes,
    schedules,
    visits,
)
from gateway.patients.limit_store import LimitInForce
from gateway.patients.limits import settable
from gateway.patients.patients import Patient
from gateway.patients.profiles import Profile
from gateway.readings import adherence, history
from gateway.readings.history import Span, StoredReading
from gateway.staff import colleagues
from gateway.staff.permissions import Permission, may
from gateway.tasks import contact_store, tasks
from gateway.tasks.tasks import Task, Wanted
from gateway.web.guard.context import Conn, Now, Seen, Shared, Viewer, at_once
from gateway.web.parts.chart_groups import ChartGroup, ordered
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.task_line import line
from gateway.web.parts.views import TaskCard
from gateway.web.patient_page import panels, readings, summary
from gateway.web.patient_page.views import Panel, PatientPage, Tab

SHOWN = 200
"""Rows of a tab."""
CALENDAR = timedelta(days=91)


class TabRow(NamedTuple):
    name: str
    label: str


class Part(Enum):
    """The tabs, in their order."""

    CHARTS = TabRow("charts", "Charts")
    READINGS = TabRow("readings", "Readings")
    ADHERENCE = TabRow("adherence", "Days measured")
    LIMITS = TabRow("limits", "Limits")
    TASKS = TabRow("tasks", "Raised and done")
    NOTES = TabRow("notes", "Notes")
    DEVICES = TabRow("devices", "Devices and hub")
    PERSON = TabRow("person", "Contact and risks")
    TIME = TabRow("time", "Time spent")


@dataclass(frozen=True)
class PageBasis:
    """What the summary and the tabs both rest on."""

    patient: Patient
    open_tasks: Sequence[Task]
    recent: Sequence[StoredReading]  # the last days', and what the devices gave last; the newest first
    limits: Sequence[LimitInForce]
    single: Sequence[LimitInForce]  # those that one value is held against
    vitals_of: Mapping[str, Sequence[str]]  # what each rule reads, by code

    @property
    def raised(self) -> frozenset[str]:
        """The vitals of the open tasks."""
        return frozenset(
            vital for task in self.open_tasks for vital in self.vitals_of.get(task.rule_id or "", ())
        )


class Builder:
    """Brings together what a patient's page shows."""

    def __init__(
        self, *, web: Shared, conn: Conn, staff: Viewer, now: Now, seen: Seen, frame: PageFrame
    ) -> None:
        self._web, self._conn, self._staff, self._now = web, conn, staff, now
        self._seen, self._frame = seen, frame

    async def page(
        self, patient_id: int, card: TaskCard | None, part: Part = Part.CHARTS, panel: Panel | None = None
    ) -> PatientPage:
        """The page with `card` as the task in hand and `part` open, as `panel` where that is made already.

        Raises UnknownPatient.
        """
        conn, now = self._conn, self._now
        known = await self._known(patient_id)
        patient = known.patient
        entered = await profiles.get(conn, patient_id)
        in_hand = card.line.task_id if card else None
        return PatientPage(
            frame=self._frame("Patient"),
            identity=summary.identity(
                patient,
                self._titles(patient),
                entered,
                await schedules.pauses_of(conn, patient_id),
                schedule=await schedules.schedule(conn, patient_id),
                now=now,
            ),
            reach=summary.reach(
                patient,
                entered.profile if entered else Profile(),
                contact=await contact_store.last_of_patient(conn, patient_id),
                ended=await equipment.last_outcome(conn, patient_id),
                team=await colleagues.care_team(conn, patient.care_team_id),
                on_it=[name for _, name in await colleagues.on_patient(conn, patient_id)],
                now=now,
            ),
            vitals=summary.vitals(known.recent, known.single, known.raised, patient.time_zone, now),
            card=card,
            others=[line(task, self._staff, now) for task in known.open_tasks if task.task_id != in_hand],
            may_write=may(self._staff.role, Permission.WORK_TASKS),
            visit_id=uuid4(),
            spent=panels.lasted(
                await visits.seconds_spent(conn, patient_id, month_of(now, patient.time_zone))
            ),
            tabs=[
                Tab(
                    each.value.name,
                    each.value.label,
                    f"/patients/{patient_id}/{each.value.name}",
                    each is part,
                )
                for each in Part
            ],
            links=self._links(patient_id),
            panel=panel or await self._panel(known, part),
        )

    async def first_open(self, patient_id: int) -> int | None:
        """The patient's most pressing open task."""
        found = await tasks.find(
            self._conn, self._staff, Wanted(patient_id=patient_id, now=self._now, limit=1)
        )
        return found[0].task_id if found else None

    async def _known(self, patient_id: int) -> PageBasis:
        conn, now = self._conn, self._now
        patient = await patients.get_patient(conn, self._staff, patient_id)
        self._seen.add(patient_id)
        rules = await enrolments.rules_of(conn, patient_id, self._web.resources.rule_sets)
        open_tasks = await tasks.find(conn, self._staff, Wanted(patient_id=patient_id, now=now))
        offered = [each for rule in rules for each in settable(rule, self._web.resources.critical_values)]
        standing = await limit_store.standing(conn, patient_id, offered, now)
        of_one_value = {rule.rule_id for rule in rules if isinstance(rule.kind, Threshold)}
        return PageBasis(
            patient=patient,
            open_tasks=open_tasks,
            recent=await history.recent(conn, patient_id, now - summary.WEEK),
            limits=standing,
            single=[each for each in standing if each.limit.rule_id in of_one_value],
            vitals_of={rule.rule_id: rule.kind.vitals for rule in rules},
        )

    async def _panel(self, known: PageBasis, part: Part) -> Panel:
        conn, now, patient = self._conn, self._now, known.patient
        patient_id, zone = patient.patient_id, patient.time_zone
        match part:
            case Part.CHARTS:
                evidence = [
                    (known.vitals_of.get(rule_id, ()), at)
                    for rule_id, at in await equipment.notified_of(conn, patient_id)
                ]
                present = [group for group in ChartGroup if any(group.values(each) for each in known.recent)]
                groups = ordered(present, known.raised)
                panel: Panel = panels.charts(
                    patient,
                    groups,
                    known.single,
                    raised=known.raised,
                    evidence=evidence,
                    newest=known.recent[0].measured_at if known.recent else None,
                )
            case Part.READINGS:
                newest = Span(since=None, until=None, before=None, limit=SHOWN)
                shown = await history.readings(conn, patient_id, newest)
                panel = readings.panel(patient, shown, self._staff, now)
            case Part.ADHERENCE:
                today = now.astimezone(ZoneInfo(zone)).date()
                since, until = today - CALENDAR, today + timedelta(days=1)
                panel = panels.adherence(await adherence.of_patient(conn, patient, since, until, now))
            case Part.DEVICES:
                panel = panels.devices(await equipment.equipment(conn, patient_id), zone, now)
            case Part.LIMITS:
                panel = panels.limits(known.limits, zone, now)
            case Part.TASKS:
                wanted = Wanted(open_only=False, patient_id=patient_id, now=now, limit=SHOWN)
                panel = panels.tasks(await tasks.find(conn, self._staff, wanted), now)
            case Part.PERSON:
                panel = panels.person(patient, await profiles.get(conn, patient_id), now)
            case Part.NOTES:
                panel = panels.notes(patient_id, await notes.of_patient(conn, patient_id, SHOWN), zone, now)
            case _:
                since_month = month_of(now, zone)
                found = await visits.of_patient(conn, patient_id, since_month, SHOWN)
                panel = panels.time(found, since_month.date(), zone, now)
        return panel

    def _links(self, patient_id: int) -> list[tuple[str, str]]:
        links = [("limits", "Set limits"), ("pauses", "Pauses")]
        if may(self._staff.role, Permission.SEE_ACCESSES):
            links.append(("accesses", "Who looked"))
        return [(f"/setup/patients/{patient_id}/{name}", label) for name, label in links]

    def _titles(self, patient: Patient) -> list[str]:
        return programmes.titles(patient.programmes, self._web.resources.rule_sets)


def month_of(now: datetime, zone: str) -> datetime:
    """When the patient's month began."""
    return now.astimezone(ZoneInfo(zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


PageBuilder = Annotated[Builder, Depends(at_once(Builder))]
