"""What a backtest reads: the patients of a programme, their rules, and their readings as they arrived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import AsyncConnection

from alerting.strangers import CONFIRMED
from edge_agent.wire.codes import EventKind
from edge_agent.wire.vitals import Vital
from gateway.database import statements
from gateway.patients import enrolments, limit_store, targets
from gateway.patients.limits import with_all_limits
from gateway.patients.patients import Patient, find_patients
from gateway.patients.programmes import Enrolment, rules_for
from gateway.readings.history import flag_codes
from gateway.readings.subjects import KNOWN_DAYS
from gateway.staff import audit
from gateway.staff.sessions import Staff
from gateway.trials.backtest import Person, Question
from gateway.trials.readings_file import Arrival

_SQL = statements.load(__name__)
_VITALS = tuple(Vital)
FIRST_VALUE = 7
"""Where the values begin in a row: patient, source, tie, the two times, flags and event come first."""
AT_ONCE = 20
"""Patients whose readings are held at a time."""


async def count(conn: AsyncConnection, staff: Staff, programme: str) -> int:
    """How many patients of a programme are within reach."""
    row = {"staff_id": staff.staff_id, "programme": programme}
    [(patients,)] = await (await conn.execute(_SQL["count"], row)).fetchall()
    return int(patients)


async def people(
    conn: AsyncConnection, staff: Staff, question: Question
) -> AsyncIterator[tuple[Person, Sequence[Arrival]]]:
    """The patients of the programme within reach, each with what arrived since, and what that rests on.

    That their data was looked at is kept as other accesses are.
    """
    after = 0
    while page := await find_patients(conn, staff, after=after, limit=AT_ONCE):
        after = page[-1].patient_id
        patients = [patient for patient in page if question.programme in patient.programmes]
        persons = await _persons(conn, patients, question)
        days = max((person.look_back_days for person in persons.values()), default=0.0)
        known = set[str]().union(*(person.known_before for person in persons.values()))
        arrived = await _arrivals(conn, patients, question.since - timedelta(days=days), known)
        asked = audit.Request(
            "COMMAND", "rules backtest", list(persons), None, None, always=False, may_repeat=False
        )
        await audit.record(conn, staff, asked, audit.DONE, question.now)
        await conn.commit()  # a long run holds nothing back in the database
        for patient_id, person in persons.items():
            yield person, arrived.get(patient_id, ())


async def _persons(
    conn: AsyncConnection, patients: Sequence[Patient], question: Question
) -> Mapping[int, Person]:
    """The patients by id, each with its rules as they are for it."""
    ids = [patient.patient_id for patient in patients]
    enrolled = await enrolments.of_patients(conn, ids)
    circumstances = await enrolments.circumstances(conn, ids, question.now)
    own = await limit_store.in_force(conn, ids, question.now)
    personal = await targets.of_patients(conn, ids)
    found = {}
    for patient in patients:
        patient_id = patient.patient_id
        reasons = {each.programme: each.has_reason for each in enrolled.get(patient_id, ())}
        enrolment = Enrolment(question.programme, reasons.get(question.programme, False))
        in_force, new = (
            with_all_limits(
                rules_for([enrolment], each, circumstances.get(patient_id, ())), own.get(patient_id, {})
            )
            for each in (question.rule_sets, {**question.rule_sets, question.programme: question.new})
        )
        found[patient_id] = Person(
            patient.identifier, ZoneInfo(patient.time_zone), in_force, new, personal.get(patient_id, {})
        )
    return found


async def _arrivals(
    conn: AsyncConnection, patients: Sequence[Patient], since: datetime, known_before: Collection[str]
) -> Mapping[int, Sequence[Arrival]]:
    """What was measured from `since` on, by patient, each in order of arrival.

    Of the vitals `known_before` also the last values before.
    """
    names = {patient.patient_id: patient.identifier for patient in patients}
    wanted = {
        "patient_ids": list(names),
        "since": since,
        "known_before": list(known_before),
        "known_days": KNOWN_DAYS,
    }
    confirmed = set(await (await conn.execute(_SQL["confirmed"], wanted)).fetchall())
    rows = await conn.execute(_SQL["arrivals"], wanted)
    found: dict[int, list[Arrival]] = defaultdict(list)
    for row in await rows.fetchall():
        arrival = _arrival(names[row[0]], row)
        marks = {CONFIRMED} if row[1:4] in confirmed else set()
        found[row[0]].append(replace(arrival, flags=arrival.flags | marks))
    return found


def _arrival(name: str, row: tuple[Any, ...]) -> Arrival:
    _, _, _, measured_at, at, flags, event = row[:FIRST_VALUE]
    *values, absent = row[FIRST_VALUE:]
    return Arrival(
        patient=name,
        at=at,
        measured_at=measured_at,
        values={vital: value for vital, value in zip(_VITALS, values, strict=True) if value is not None},
        absent=absent or {},
        event=EventKind(event) if event else None,
        flags=frozenset(flag_codes(flags)),
    )
