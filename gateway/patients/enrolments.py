"""Which programmes a patient is in, and what rules suppose of patients that is not so of this one.

Whether the patient is within reach is asked before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from alerting.rules import Requirement, Rule, RuleSet
from gateway.ages import today
from gateway.database import statements
from gateway.errors import Refused
from gateway.patients import due, schedules
from gateway.patients.limit_store import require_clinician
from gateway.patients.patients import Patient
from gateway.patients.programmes import NOT_SO, Enrolment, rules_for, schedule_of, unmet
from gateway.patients.schedules import NotEnrolled
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


class NotForPatient(Refused):
    """A programme is not for this patient; a clinician may say why it is used all the same."""


@dataclass(frozen=True)
class Circumstance:
    """What rules suppose, and is not so of the patient."""

    requirement: str
    why: str
    set_by: str
    set_at: datetime


async def of_patients(conn: AsyncConnection, patient_ids: Collection[int]) -> Mapping[int, list[Enrolment]]:
    """The programmes of each patient."""
    found: dict[int, list[Enrolment]] = defaultdict(list)
    rows = await conn.execute(_SQL["enrolments"], {"patient_ids": list(patient_ids)})
    for patient_id, programme, has_reason in await rows.fetchall():
        found[patient_id].append(Enrolment(programme, has_reason))
    return found


async def rules_of(
    conn: AsyncConnection, patient_id: int, rule_sets: Mapping[str, RuleSet]
) -> tuple[Rule, ...]:
    """The rules that judge a patient, as they are shipped."""
    enrolled = await of_patients(conn, [patient_id])
    known = await circumstances(conn, [patient_id])
    return rules_for(enrolled.get(patient_id, ()), rule_sets, known.get(patient_id, ()))


async def circumstances(
    conn: AsyncConnection, patient_ids: Collection[int]
) -> Mapping[int, set[Requirement]]:
    """What is not so of each patient."""
    found: dict[int, set[Requirement]] = defaultdict(set)
    rows = await conn.execute(_SQL["circumstances"], {"patient_ids": list(patient_ids)})
    for patient_id, requirement in await rows.fetchall():
        found[patient_id].add(Requirement(requirement))
    return found


async def circumstances_of(conn: AsyncConnection, patient_id: int) -> list[Circumstance]:
    """What is not so of a patient, and who said so."""
    async with conn.cursor(row_factory=class_row(Circumstance)) as cursor:
        await cursor.execute(_SQL["marks_of_patient"], {"patient_id": patient_id})
        return await cursor.fetchall()


async def attach(
    conn: AsyncConnection,
    by: Staff,
    patient: Patient,
    rule_set: RuleSet,
    *,
    reason: str | None,
    now: datetime,
) -> None:
    """Judge the patient by a programme. Raises NotForPatient, and NotPermitted: clinicians give reasons."""
    known = await circumstances(conn, [patient.patient_id])
    day = today(now, patient.time_zone)
    missing = unmet(rule_set.whom, known.get(patient.patient_id, ()), patient.birth_date, day)
    if missing and reason is None:
        why = " and ".join(NOT_SO[each] for each in missing)
        raise NotForPatient(f"{rule_set.title} is {why}. A clinician may say why it is used all the same.")
    if reason is not None:
        require_clinician(by)
    row = {
        "patient_id": patient.patient_id,
        "organisation_id": by.organisation_id,
        "programme": rule_set.name,
        "reason": reason,
        "reason_by": None if reason is None else by.staff_id,
    }
    await conn.execute(_SQL["attach"], row)
    await schedules.follow(conn, by, patient.patient_id, {rule_set.name: schedule_of(rule_set)}, now)
    await _rules_changed(conn, patient.patient_id, now)


async def detach(conn: AsyncConnection, by: Staff, patient_id: int, programme: str, now: datetime) -> None:
    """Judge the patient by it no longer. What is open stays open. Raises NotEnrolled and NotPermitted."""
    require_clinician(by)
    row = {"patient_id": patient_id, "programme": programme}
    if not await (await conn.execute(_SQL["detach"], row)).fetchall():
        raise NotEnrolled(f"The patient is not in the programme {programme}.")
    await due.judge_soon(conn, patient_id, now)


async def mark(
    conn: AsyncConnection, by: Staff, patient_id: int, requirement: Requirement, *, why: str, now: datetime
) -> None:
    """Say what is not so of the patient: rules that suppose it judge no longer. Raises NotPermitted.

    Programmes that as a whole suppose it go on until somebody takes the patient out: nothing goes silent.
    """
    require_clinician(by)
    row = {
        "organisation_id": by.organisation_id,
        "patient_id": patient_id,
        "requirement": requirement,
        "why": why,
        "staff_id": by.staff_id,
        "now": now,
    }
    await conn.execute(_SQL["mark"], row)
    await _rules_changed(conn, patient_id, now)


async def unmark(
    conn: AsyncConnection, by: Staff, patient_id: int, requirement: Requirement, now: datetime
) -> None:
    """Say that it is so again."""
    row = {"patient_id": patient_id, "requirement": requirement, "staff_id": by.staff_id, "now": now}
    await conn.execute(_SQL["unmark"], row)
    await _rules_changed(conn, patient_id, now)


async def _rules_changed(conn: AsyncConnection, patient_id: int, now: datetime) -> None:
    await due.judge_again(conn, [patient_id], "The patient's rules have changed", now)
