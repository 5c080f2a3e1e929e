"""Quarantine as work: what lies in it and what was done about it. Nothing in it is ever deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.errors import Conflict, Unknown
from gateway.ingest.message_state import QuarantineState
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


class UnknownMessage(Unknown):
    """There is no such message in quarantine, or not for you."""


class MessageSettled(Conflict):
    """The message was retried or discarded."""


class StepOutcome(StrEnum):
    """What came of something that was done."""

    STORED = "stored"
    REFUSED = "refused"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Quarantined:
    """A message, or one position of it, that could not be used."""

    quarantine_id: int
    received_at: datetime
    topic: str
    reason: str
    first_position: int | None
    last_position: int | None
    size: int  # bytes
    state: QuarantineState


@dataclass(frozen=True)
class QuarantinedPayload:
    """What is needed to try it again. `whole`: the payload is a message, not one reading of it."""

    message: Quarantined
    payload: bytes
    whole: bool
    batch_id: UUID | None  # these two where the message said so
    epoch: int | None


@dataclass(frozen=True)
class QuarantineStep:
    """What somebody did about a message."""

    at: datetime
    staff_name: str
    outcome: StepOutcome
    why: str


async def find(
    conn: AsyncConnection,
    staff: Staff,
    *,
    state: QuarantineState = QuarantineState.OPEN,
    before: int | None,
    limit: int,
) -> list[Quarantined]:
    """The newest first, those before `before`: of the organisation's hubs, and of those nobody enrolled."""
    row = {"organisation_id": staff.organisation_id, "state": state, "before": before, "limit": limit}
    found = await (await conn.execute(_SQL["find"], row)).fetchall()
    return [_message(each) for each in found]


async def get(conn: AsyncConnection, staff: Staff, quarantine_id: int) -> QuarantinedPayload:
    """One message of the organisation's hubs, with its bytes; until its hub is enrolled it is nobody's.

    Raises UnknownMessage.
    """
    row = {"organisation_id": staff.organisation_id, "quarantine_id": quarantine_id}
    found = await (await conn.execute(_SQL["get"], row)).fetchone()
    if found is None:
        raise UnknownMessage("There is no such message in quarantine, or not for you.")
    *message, payload, whole, batch_id, epoch = found
    return QuarantinedPayload(_message(message), payload, whole, batch_id, epoch)


async def steps(conn: AsyncConnection, quarantine_id: int) -> list[QuarantineStep]:
    """What was done about a message, the first first."""
    found = await (await conn.execute(_SQL["steps"], {"quarantine_id": quarantine_id})).fetchall()
    return [QuarantineStep(at, name, StepOutcome(outcome), why) for at, name, outcome, why in found]


async def discard(conn: AsyncConnection, by: Staff, quarantine_id: int, why: str, now: datetime) -> None:
    """Give a message up. Its bytes, and the positions accounted for, stay.

    Raises UnknownMessage and MessageSettled.
    """
    stored = await get(conn, by, quarantine_id)
    if (await conn.execute(_SQL["discard"], {"quarantine_id": quarantine_id})).rowcount == 0:
        raise settled((await get(conn, by, quarantine_id)).message)
    await _add_step(conn, by, stored.message, QuarantineStep(now, by.name, StepOutcome.DISCARDED, why))


async def settle(conn: AsyncConnection, by: Staff, message: Quarantined, why: str, now: datetime) -> None:
    """Say that a message was stored, whatever else was done about it meanwhile."""
    await conn.execute(_SQL["retried"], {"quarantine_id": message.quarantine_id})
    await _add_step(conn, by, message, QuarantineStep(now, by.name, StepOutcome.STORED, why))


async def refuse(conn: AsyncConnection, by: Staff, message: Quarantined, why: str, now: datetime) -> None:
    """Say that a message was tried again and cannot be used still."""
    await _add_step(conn, by, message, QuarantineStep(now, by.name, StepOutcome.REFUSED, why))


def settled(message: Quarantined) -> MessageSettled:
    """The error, in words."""
    return MessageSettled(f"The message was {message.state} before.")


def _message(row: Sequence[Any]) -> Quarantined:
    message = Quarantined(*row)
    return replace(message, state=QuarantineState(message.state))


async def _add_step(conn: AsyncConnection, by: Staff, message: Quarantined, step: QuarantineStep) -> None:
    row = {"quarantine_id": message.quarantine_id, "staff_id": by.staff_id}
    await conn.execute(_SQL["add_step"], row | vars(step))
