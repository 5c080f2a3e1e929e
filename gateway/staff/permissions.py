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


class Permission(Enum):
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
        Permission.SEE_PATIENTS,
        Permission.WORK_TASKS,
        Permission.CORRECT_READINGS,
        Permission.KEEP_PROFILES,
        Permission.PLAN_MEASUREMENTS,
        Permission.SEE_OPERATIONS,
    }
)
_SET_UP = frozenset(
    {
        Permission.ENROL_PATIENTS,
        Permission.ATTACH_PROGRAMMES,
        Permission.ASSIGN_SOURCES,
        Permission.PLAN_TEAMS,
        Permission.VOID_TASKS,
    }
)

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.NURSE: _CARE | {Permission.SET_LIMITS},
    Role.CLINICIAN: _CARE
    | {Permission.SET_LIMITS, Permission.LOOSEN_LIMITS, Permission.ATTACH_PROGRAMMES, Permission.VOID_TASKS},
    Role.COORDINATOR: _CARE | _SET_UP,
    Role.ADMINISTRATOR: frozenset(Permission) - {Permission.LOOSEN_LIMITS},
}


class NotPermitted(Forbidden):
    """Your role does not allow this."""


def may(role: Role, action: Permission) -> bool:
    """Whether `role` may do `action`."""
    return action in PERMISSIONS[role]
