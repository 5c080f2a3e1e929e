"""Trying to reach a patient: how often, how far apart, and whom then. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerting.rules import Priority


class Whom(StrEnum):
    """Whom somebody tried to reach."""

    PATIENT = "patient"
    EMERGENCY_CONTACT = "emergency-contact"
    WELFARE_CHECK = "welfare-check"  # emergency services, for the patient's address


class ContactChannel(StrEnum):
    """How."""

    PHONE = "phone"
    VIDEO = "video"
    MESSAGE = "message"
    VISIT = "visit"


@dataclass(frozen=True)
class Protocol:
    """How long people keep trying. `emergency_contact` 0: it is not for others to know."""

    patient: int  # attempts
    apart: timedelta
    emergency_contact: int  # attempts
    source: str


_OURS = "Ours: the team's choice, to be confirmed by those who use it"

PROTOCOLS: Mapping[Priority, Protocol] = {
    Priority.STAT: Protocol(2, timedelta(minutes=5), 1, _OURS),
    Priority.ASAP: Protocol(2, timedelta(minutes=10), 1, _OURS),
    Priority.URGENT: Protocol(3, timedelta(minutes=15), 2, _OURS),
    Priority.ROUTINE: Protocol(3, timedelta(days=1), 0, _OURS),
}


@dataclass(frozen=True)
class Attempt:
    """One attempt."""

    at: datetime
    whom: Whom
    reached: bool


@dataclass(frozen=True)
class Next:
    """Whom to try next, and not before when."""

    whom: Whom
    not_before: datetime | None  # None: now


def next_attempt(priority: Priority, attempts: Sequence[Attempt]) -> Next | None:
    """What follows the attempts so far, in order of time. None: somebody was reached, or enough was tried.

    Who reached the emergency contact goes on as agreed with them; a welfare check is the last resort.
    """
    protocol = PROTOCOLS[priority]
    if any(each.reached for each in attempts):
        return None
    tried = [each.whom for each in attempts]
    if tried.count(Whom.PATIENT) < protocol.patient:
        last = max((each.at for each in attempts if each.whom is Whom.PATIENT), default=None)
        return Next(Whom.PATIENT, None if last is None else last + protocol.apart)
    if tried.count(Whom.EMERGENCY_CONTACT) < protocol.emergency_contact:
        return Next(Whom.EMERGENCY_CONTACT, None)
    if protocol.emergency_contact and Whom.WELFARE_CHECK not in tried:
        return Next(Whom.WELFARE_CHECK, None)
    return None
