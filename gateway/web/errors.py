"""Errors of the domain in the words of HTTP: one table, one shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from gateway.broker_access import NameReserved, PasswordsNotWritten
from gateway.identity.accounts import PasswordRefused
from gateway.identity.permissions import NotPermitted
from gateway.identity.signing_in import TooManyAttempts, WrongPassword
from gateway.ingest.retrying import NoHeader
from gateway.store.assignments import AssignmentOverlaps, PeriodEndsFirst
from gateway.store.corrections import (
    AlreadyCorrected,
    MomentTaken,
    NotTheirsThen,
    TakenAfterItCame,
    UnknownCorrection,
    UnknownReading,
)
from gateway.store.enrolments import NotForPatient
from gateway.store.hubs import HubExists, UnknownHub
from gateway.store.idempotency import KeyReused
from gateway.store.kinds import KindChanged
from gateway.store.limits import EndNeeded, LimitRefused, SecondPersonNeeded, UnknownLimit
from gateway.store.migrate import MigrationChanged, NotMigrated
from gateway.store.notifications import UnknownNotification
from gateway.store.numbers import NumberRefused
from gateway.store.opening import TaskStillOpen
from gateway.store.people import (
    CareTeamExists,
    PatientExists,
    UnknownCareTeam,
    UnknownPatient,
    UsernameTaken,
)
from gateway.store.plans import NotEnrolled, UnknownPause
from gateway.store.pool import DATABASE_AWAY
from gateway.store.quarantine import MessageSettled, UnknownMessage
from gateway.store.reattribution import UnknownAssignment
from gateway.store.sessions import NotSignedIn, OwnPasswordNeeded, UnknownStaff
from gateway.store.staff import NotYourself
from gateway.store.tasks import UnknownTask
from gateway.store.team_plans import UncoveredHours
from gateway.store.work import (
    OutcomeRefused,
    ReasonNeeded,
    SnoozeRefused,
    StaleVersion,
    TaskAlreadyTaken,
    TaskNotOpen,
    TaskNotYours,
)
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
