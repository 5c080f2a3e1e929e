"""The one table of what each role may do. Which patients it may do it for is `reach`, in the database."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum, auto

from gateway.errors import Forbidden


class Role(StrEnum):
    """What a member of staff is."""

    NURSE = "nurse"
    CLINICIAN = "clinician"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Action(Enum):
    """What somebody may do."""

    SEE_PATIENTS = auto()  # and their readings and tasks
    WORK_TASKS = auto()
    CORRECT_READINGS = auto()  # retract one, or say when it was taken
    VOID_TASKS = auto()  # they never should have been there
    PLAN_TEAMS = auto()  # hours, holidays, who is told when nobody answers
    ACCEPT_UNCOVERED = auto()  # hours in which nobody is there, with rules that are urgent
    KEEP_PROFILES = auto()  # telephone, address, risk medication
    PLAN_MEASUREMENTS = auto()  # schedules and pauses
    SET_LIMITS = auto()  # of a patient's own
    LOOSEN_LIMITS = auto()  # and whatever else keeps rules from raising
    ATTACH_PROGRAMMES = auto()  # to a patient who is enrolled
    ENROL_PATIENTS = auto()
    ASSIGN_SOURCES = auto()
    SEE_OPERATIONS = auto()  # hubs, unassigned sources, what waits, reasons of the quarantine
    READ_QUARANTINE = auto()  # payloads: they may hold anybody's values
    WORK_QUARANTINE = auto()  # retry and discard: who gives a measurement up has looked at it
    MANAGE_HUBS = auto()
    MANAGE_STAFF = auto()  # and care teams
    SEE_ACCESSES = auto()  # who looked at a patient's data
    WORK_DELIVERIES = auto()  # notifications that did not arrive


_CARE = frozenset(
    {
        Action.SEE_PATIENTS,
        Action.WORK_TASKS,
        Action.CORRECT_READINGS,
        Action.KEEP_PROFILES,
        Action.PLAN_MEASUREMENTS,
        Action.SEE_OPERATIONS,
    }
)
_SET_UP = frozenset(
    {
        Action.ENROL_PATIENTS,
        Action.ATTACH_PROGRAMMES,
        Action.ASSIGN_SOURCES,
        Action.PLAN_TEAMS,
        Action.VOID_TASKS,
    }
)

PERMISSIONS: Mapping[Role, frozenset[Action]] = {
    Role.NURSE: _CARE | {Action.SET_LIMITS},
    Role.CLINICIAN: _CARE
    | {Action.SET_LIMITS, Action.LOOSEN_LIMITS, Action.ATTACH_PROGRAMMES, Action.VOID_TASKS},
    Role.COORDINATOR: _CARE | _SET_UP,
    Role.ADMINISTRATOR: frozenset(Action) - {Action.LOOSEN_LIMITS},
}


class NotPermitted(Forbidden):
    """Your role does not allow this."""


def may(role: Role, action: Action) -> bool:
    """Whether `role` may do `action`."""
    return action in PERMISSIONS[role]
