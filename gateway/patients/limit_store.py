"""A patient's own limits: who set them, why and until when; what was set before is kept.

Whether the patient is within reach is asked before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.errors import Forbidden, Refused, Unknown
from gateway.patients import due
from gateway.patients.limits import LimitChange, RuleVital, Settable
from gateway.staff.permissions import NotPermitted, Permission, may
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


class UnknownLimit(Unknown):
    """No limit of that kind can be set, or there is none to change."""


class LimitRefused(Refused):
    """A limit is out of range, or values that are always told would not be."""


class EndNeeded(Refused):
    """A limit past what one clinician may decide has an end date."""


class SecondPersonNeeded(Forbidden):
    """Who set a limit cannot be the one who agrees to it."""


@dataclass(frozen=True)
class NewLimit:
    """What is entered; `until` None is until further notice."""

    value: float
    why: str
    until: datetime | None


@dataclass(frozen=True)
class PersonalLimit:
    """A limit as it was set. It waits for a second clinician while it needs one and nobody has agreed."""

    personal_limit_id: int
    rule_id: str
    vital: str
    value: float
    why: str
    until: datetime | None
    set_by: str
    set_at: datetime
    needs_second: bool
    seconded_by: str | None
    seconded_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None

    @property
    def is_waiting(self) -> bool:
        return self.needs_second and self.seconded_at is None and self.ended_at is None

    def is_in_force(self, now: datetime) -> bool:
        in_time = self.ended_at is None and (self.until is None or now < self.until)
        return in_time and not self.is_waiting


@dataclass(frozen=True)
class LimitInForce:
    """A limit of a patient's rules, and the patient's own one where there is one."""

    limit: Settable
    own: PersonalLimit | None

    @property
    def value(self) -> float:
        return self.limit.value if self.own is None else self.own.value


@dataclass(frozen=True)
class SetLimit:
    """A limit that was set; one that waits holds once a second clinician agrees."""

    personal_limit_id: int
    waits: bool


@dataclass(frozen=True)
class EndedLimit:
    """A limit whose time is over."""

    patient_id: int
    rule_id: str
    vital: str
    was_in_force: bool


async def in_force(
    conn: AsyncConnection, patient_ids: Collection[int], now: datetime
) -> Mapping[int, Mapping[RuleVital, float]]:
    """The patients' own limits at `now`."""
    found: dict[int, dict[RuleVital, float]] = defaultdict(dict)
    rows = await conn.execute(_SQL["in_force"], {"patient_ids": list(patient_ids), "now": now})
    for patient_id, rule_id, vital, value in await rows.fetchall():
        found[patient_id][rule_id, vital] = value
    return found


async def of_patient(conn: AsyncConnection, patient_id: int) -> list[PersonalLimit]:
    """Every limit that was set, the latest first."""
    async with conn.cursor(row_factory=class_row(PersonalLimit)) as cursor:
        await cursor.execute(_SQL["limits_of_patient"], {"patient_id": patient_id})
        return await cursor.fetchall()


async def standing(
    conn: AsyncConnection, patient_id: int, limits: Iterable[Settable], now: datetime
) -> list[LimitInForce]:
    """What holds for a patient of `limits`: each at its own value, or as somebody has set it."""
    own = {
        (each.rule_id, each.vital): each
        for each in await of_patient(conn, patient_id)
        if each.is_in_force(now)
    }
    return [LimitInForce(limit, own.get(limit.key)) for limit in limits]


async def set_limit(
    conn: AsyncConnection, by: Staff, patient_id: int, limit: Settable, new: NewLimit, *, now: datetime
) -> SetLimit:
    """Set a limit. Past what one clinician may decide it waits for a second one.

    Raises LimitRefused, NotPermitted and EndNeeded.
    """
    if not limit.least < new.value <= limit.most:
        raise LimitRefused(f"A limit lies between {limit.least:g} and {limit.most:g} {limit.unit}.")
    if new.until is not None and new.until <= now:
        raise LimitRefused("A limit ends in the future.")
    await conn.execute(_SQL["lock_patient"], {"patient_id": patient_id})
    own = (await in_force(conn, [patient_id], now)).get(patient_id, {})
    step = limit.step(limit.tighter(limit.value, own.get(limit.key, limit.value)), new.value)
    if step is LimitChange.BEYOND_DOUBT:
        raise LimitRefused(f"Values from {limit.always_told:g} {limit.unit} on are always told.")
    if step is not LimitChange.TIGHTER:
        require_clinician(by)
    if step is LimitChange.PAST_FLOOR and new.until is None:
        raise EndNeeded(f"A limit past {limit.furthest:g} {limit.unit} has an end date.")
    row: dict[str, Any] = {
        "organisation_id": by.organisation_id,
        "patient_id": patient_id,
        "rule_id": limit.rule_id,
        "vital": limit.vital,
        **vars(new),
        "staff_id": by.staff_id,
        "needs_second": step is LimitChange.PAST_FLOOR,
        "personal_limit_id": None,
        "now": now,
    }
    await conn.execute(_SQL["end_others"], row)
    [(limit_id,)] = await (await conn.execute(_SQL["add_limit"], row)).fetchall()
    if step is not LimitChange.PAST_FLOOR:
        await due.judge_again(conn, [patient_id], _changed(limit.title), now)
    return SetLimit(int(limit_id), waits=step is LimitChange.PAST_FLOOR)


async def second(conn: AsyncConnection, by: Staff, patient_id: int, limit_id: int, now: datetime) -> None:
    """A second clinician agrees: the limit is in force. Raises UnknownLimit and SecondPersonNeeded."""
    require_clinician(by)
    row = await _lock(conn, by, patient_id, limit_id, now)
    if not row["is_waiting"]:
        raise UnknownLimit("No such limit waits for a second clinician.")
    if row["set_by"] == by.staff_id:
        raise SecondPersonNeeded("Another clinician has to agree.")
    await conn.execute(_SQL["end_others"], row | {"needs_second": False})
    await conn.execute(_SQL["second_limit"], row)
    await due.judge_again(conn, [patient_id], _changed(row["rule_id"]), now)


async def end(
    conn: AsyncConnection,
    by: Staff,
    patient_id: int,
    limit_id: int,
    known: Mapping[RuleVital, Settable],
    *,
    now: datetime,
) -> None:
    """Take a limit back; the rule's own holds again. `known` are those of the patient's rules.

    Raises UnknownLimit and NotPermitted.
    """
    row = await _lock(conn, by, patient_id, limit_id, now)
    if not row["is_waiting"]:
        limit = known.get((row["rule_id"], row["vital"]))
        if limit is not None and limit.step(row["value"], limit.value) is not LimitChange.TIGHTER:
            require_clinician(by)
        await due.judge_again(conn, [patient_id], _changed(row["rule_id"]), now)
    await conn.execute(_SQL["end_limit"], row)


async def with_expired(conn: AsyncConnection, now: datetime) -> list[int]:
    """The patients who have limits whose time is over."""
    found = await conn.execute(_SQL["with_expired"], {"now": now})
    return [patient_id for (patient_id,) in await found.fetchall()]


async def end_expired(conn: AsyncConnection, patient_id: int, now: datetime) -> list[EndedLimit]:
    """End the patient's limits whose time is over; each is returned to one caller.

    None of a patient who is being worked on: the next look comes soon.
    """
    row = {"patient_id": patient_id, "now": now}
    if await (await conn.execute(_SQL["lock_expired"], row)).fetchone() is None:
        return []
    async with conn.cursor(row_factory=class_row(EndedLimit)) as cursor:
        await cursor.execute(_SQL["end_expired"], row)
        return await cursor.fetchall()


def require_clinician(by: Staff) -> None:
    """Raises NotPermitted: only clinicians loosen."""
    if not may(by.role, Permission.LOOSEN_LIMITS):
        raise NotPermitted("Only a clinician can loosen a limit or set a patient's own number.")


async def _lock(
    conn: AsyncConnection, by: Staff, patient_id: int, limit_id: int, now: datetime
) -> dict[str, Any]:
    """A limit that has not ended, as parameters of what is done to it. Raises UnknownLimit."""
    row = {"personal_limit_id": limit_id, "patient_id": patient_id, "staff_id": by.staff_id, "now": now}
    await conn.execute(_SQL["lock_patient"], row)
    found = await (await conn.execute(_SQL["lock_limit"], row)).fetchone()
    if found is None:
        raise UnknownLimit("There is no such limit, or it has ended.")
    _, rule_id, vital, value, set_by, is_waiting = found
    return row | {
        "rule_id": rule_id,
        "vital": vital,
        "value": value,
        "set_by": set_by,
        "is_waiting": is_waiting,
    }


def _changed(what: str) -> str:
    return f"The patient's own limit was changed: {what}"
