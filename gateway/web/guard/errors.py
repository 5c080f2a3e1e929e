"""Errors of the domain in the words of HTTP: one table, one shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from gateway.database.kind import KindChanged
from gateway.database.migrate import MigrationChanged, NotMigrated
from gateway.database.pool import DATABASE_AWAY
from gateway.evaluation.corrections import (
    AlreadyCorrected,
    MomentTaken,
    NotTheirsThen,
    TakenAfterItCame,
    UnknownCorrection,
    UnknownReading,
)
from gateway.evaluation.reattribution import UnknownAssignment
from gateway.hubs.broker_access import NameReserved, PasswordsNotWritten
from gateway.hubs.hubs import HubExists, UnknownHub
from gateway.ingest.quarantine import MessageSettled, UnknownMessage
from gateway.ingest.retry import NoHeader
from gateway.notifications.outbox import UnknownNotification
from gateway.patients.assignments import AssignmentOverlaps, PeriodEndsFirst
from gateway.patients.enrolments import NotForPatient
from gateway.patients.limit_store import EndNeeded, LimitRefused, SecondPersonNeeded, UnknownLimit
from gateway.patients.patients import PatientExists, UnknownPatient
from gateway.patients.schedules import NotEnrolled, UnknownPause
from gateway.patients.targets import NumberRefused
from gateway.staff.accounts import PasswordRefused
from gateway.staff.idempotency import KeyReused
from gateway.staff.members import NotYourself
from gateway.staff.organisations import CareTeamExists, UnknownCareTeam, UsernameTaken
from gateway.staff.permissions import NotPermitted
from gateway.staff.sessions import NotSignedIn, OwnPasswordNeeded, UnknownStaff
from gateway.staff.sign_in import TooManyAttempts, WrongPassword
from gateway.staff.team_hours import UncoveredHours
from gateway.tasks.actions import (
    OutcomeRefused,
    ReasonNeeded,
    SnoozeRefused,
    StaleVersion,
    TaskAlreadyTaken,
    TaskNotOpen,
    TaskNotYours,
)
from gateway.tasks.create import TaskStillOpen
from gateway.tasks.tasks import UnknownTask
from gateway.web.live import NotLive


class UnknownProgramme(Exception):
    """No rule set is named so."""


class ProgrammeForAdults(Exception):
    """The limits of a programme hold for adults, and the patient is none."""


class NotBornYet(Exception):
    """A birth date lies in the future."""


class BadCursor(Exception):
    """A cursor is what an earlier page said under `next`."""


class BrokerAway(Exception):
    """A process that takes readings in has no connection to the broker."""


class Problem(BaseModel):
    """What every error looks like: a code for programs, a sentence for people."""

    error: str
    detail: str


HTTP_STATUS: Mapping[type[Exception], int] = {
    NotSignedIn: 401,
    WrongPassword: 401,
    NotPermitted: 403,
    OwnPasswordNeeded: 403,
    TaskNotYours: 403,
    SecondPersonNeeded: 403,
    UnknownPatient: 404,
    UnknownCareTeam: 404,
    UnknownHub: 404,
    UnknownAssignment: 404,
    UnknownReading: 404,
    UnknownCorrection: 404,
    UnknownStaff: 404,
    UnknownTask: 404,
    UnknownLimit: 404,
    UnknownPause: 404,
    NotEnrolled: 404,
    UnknownMessage: 404,
    UnknownNotification: 404,
    HubExists: 409,
    NameReserved: 409,
    PatientExists: 409,
    CareTeamExists: 409,
    UsernameTaken: 409,
    NotYourself: 409,
    AssignmentOverlaps: 409,
    AlreadyCorrected: 409,
    MomentTaken: 409,
    NotTheirsThen: 409,
    TaskAlreadyTaken: 409,
    TaskNotOpen: 409,
    TaskStillOpen: 409,
    StaleVersion: 409,
    MessageSettled: 409,
    NoHeader: 409,
    OutcomeRefused: 422,
    SnoozeRefused: 422,
    UncoveredHours: 422,
    ReasonNeeded: 422,
    UnknownProgramme: 422,
    PeriodEndsFirst: 422,
    TakenAfterItCame: 422,
    NotBornYet: 422,
    ProgrammeForAdults: 422,
    BadCursor: 422,
    KeyReused: 422,
    PasswordRefused: 422,
    TooManyAttempts: 429,
    LimitRefused: 422,
    NumberRefused: 422,
    EndNeeded: 422,
    NotForPatient: 422,
    PasswordsNotWritten: 503,
    NotLive: 503,
    BrokerAway: 503,
    NotMigrated: 503,
    MigrationChanged: 503,
    KindChanged: 503,
    **dict.fromkeys(DATABASE_AWAY, 503),
}


def problem(error: Exception) -> tuple[int, Problem]:
    """The status and the body for an error. Holds nothing of what was sent: that may be health data."""
    match error:
        case RequestValidationError():
            faults = (
                f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()
            )
            return 422, Problem(error="invalid-request", detail="; ".join(faults))
        case HTTPException():
            phrase = HTTPStatus(error.status_code).phrase
            return error.status_code, Problem(error=_kebab(phrase), detail=f"{error.detail.rstrip('.')}.")
        case _ if isinstance(error, DATABASE_AWAY):
            return 503, Problem(error="database-away", detail="The database cannot be reached at the moment.")
        case _:
            return HTTP_STATUS[type(error)], Problem(error=_kebab(type(error).__name__), detail=str(error))


def code(error: Exception) -> str:
    """What programs know an error by; any fault of ours is a failure."""
    known = (*HTTP_STATUS, RequestValidationError, HTTPException)
    return problem(error)[1].error if isinstance(error, known) else "failure"


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])[ ]?(?=[A-Z])| ", "-", name).lower()
