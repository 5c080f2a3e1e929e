"""Enrolling a patient in programmes, for programs and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from alerting.rules import ADULT_FROM_YEARS, is_adult
from gateway.ages import today
from gateway.database.connection import Connection
from gateway.errors import Refused
from gateway.patients import patients, schedules
from gateway.patients.patients import NewPatient
from gateway.patients.programmes import schedule_of
from gateway.staff import team_hours
from gateway.staff.sessions import Staff
from gateway.web.guard.context import Web
from gateway.web.patients.entries import Measured, PatientEntry


class UnknownProgramme(Refused):
    """No rule set is named so."""


class ProgrammeForAdults(Refused):
    """The limits of a programme hold for adults, and the patient is none."""


class NotBornYet(Refused):
    """A birth date lies in the future."""


async def enrol(
    entry: PatientEntry,
    web: Web,
    conn: Connection,
    by: Staff,
    now: datetime,
    *,
    schedule: Sequence[Measured] | None = None,
) -> int:
    """Enrol them, and give their number; without a `schedule`, with the programmes' own.

    Raises NotBornYet, UnknownProgramme, ProgrammeForAdults, or what the store does.
    """
    day = today(now, entry.time_zone)
    if entry.birth_date > day:
        raise NotBornYet("The birth date lies in the future.")
    known = web.resources.rule_sets
    if not set(entry.programmes) <= known.keys():
        raise UnknownProgramme(f"Known programmes are {', '.join(sorted(known))}.")
    if not is_adult(entry.birth_date, day):
        adults = sorted(name for name in entry.programmes if known[name].is_for_adults)
        if adults:
            raise ProgrammeForAdults(f"From {ADULT_FROM_YEARS} years on only: {', '.join(adults)}.")
    patient_id = await patients.add_patient(conn, by, NewPatient(**dict(entry)))
    own = {name: schedule_of(known[name]) for name in entry.programmes}
    if schedule is None:
        await schedules.follow(conn, by, patient_id, own, now)
    else:
        await _expect(conn, by, patient_id, _instead(own, schedule), now)
    await team_hours.check_covered(conn, patient_id, web.resources.urgent)
    return patient_id


def _instead(
    own: Mapping[str, Mapping[str, float]], entered: Sequence[Measured]
) -> Mapping[tuple[str, str], float | None]:
    """Hours by programme and vital: nothing is expected of what only the programme itself would."""
    nothing: dict[tuple[str, str], float | None] = {
        (name, vital): None for name, schedule in own.items() for vital in schedule
    }
    return nothing | {(each.programme, each.vital): each.every_hours for each in entered}


async def _expect(
    conn: Connection,
    by: Staff,
    patient_id: int,
    wanted: Mapping[tuple[str, str], float | None],
    now: datetime,
) -> None:
    for (name, vital), hours in wanted.items():
        await schedules.set_schedule(
            conn, by, patient_id, programme=name, vital=vital, every_hours=hours, now=now
        )
