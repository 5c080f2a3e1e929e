"""What is sent about a patient, and who may send it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import Depends
from pydantic import AfterValidator, Field, StringConstraints

from edge_agent.wire.instants import Instant
from edge_agent.wire.vitals import Vital
from gateway.evaluation.corrections import CorrectedReading
from gateway.patients.profiles import RiskMedication
from gateway.patients.schedules import LEAST_OFTEN_HOURS, MOST_OFTEN_HOURS, PauseKind
from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.web.guard.context import allowed
from gateway.web.parts.fields import Body, Id, Line, Text, TimeZone

VitalCode = Annotated[str, AfterValidator(lambda code: Vital.from_code(code).code)]
EveryHours = Annotated[float, Field(ge=MOST_OFTEN_HOURS, le=LEAST_OFTEN_HOURS)]
Planner = Annotated[Staff, Depends(allowed(Permission.PLAN_MEASUREMENTS))]
Keeper = Annotated[Staff, Depends(allowed(Permission.KEEP_PROFILES))]
Corrector = Annotated[Staff, Depends(allowed(Permission.CORRECT_READINGS))]
Auditor = Annotated[Staff, Depends(allowed(Permission.SEE_ACCESSES))]
Enroller = Annotated[Staff, Depends(allowed(Permission.ENROL_PATIENTS))]
Attacher = Annotated[Staff, Depends(allowed(Permission.ATTACH_PROGRAMMES))]
Written = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00]*$")
]
LONGEST_VISIT = timedelta(hours=24)


class Attachment(Body):
    """`reason`: why a clinician uses a programme that is not for the patient."""

    reason: Text | None = None


class Why(Body):
    """Why something is so."""

    why: Text


class ScheduleEntry(Body):
    """A value is expected every so many hours; null: none is, and nobody is told when none comes."""

    every_hours: EveryHours | None


class PauseEntry(Body):
    """When nobody expects the patient to measure; `ends_at` null: nobody knows yet."""

    kind: PauseKind
    begins_at: Instant
    ends_at: Instant | None = None


class Measured(Body):
    """How often a patient measures a vital for a programme."""

    programme: Text
    vital: VitalCode
    every_hours: EveryHours


class PatientEntry(Body):
    """A patient to enrol. `identifier` is the organisation's own number."""

    identifier: Text
    family_name: Text
    given_name: Text
    birth_date: Annotated[date, Field(ge=date(1880, 1, 1))]
    time_zone: TimeZone
    programmes: Annotated[list[Text], Field(max_length=20)]
    care_team_id: Id | None = None


class NewEnrolment(PatientEntry):
    """`schedule`: in place of the programmes' own. With an empty one nobody is missed."""

    schedule: Annotated[list[Measured], Field(max_length=100)] | None = None


class PatientSearch(Body):
    """Whom to find. In a body and not in the address, which proxies write down."""

    identifier: Text


class ProfileEntry(Body):
    """All of it, as it is to hold from now on; an empty text is "not entered".

    `risk_medications` null: nobody has asked; empty: the patient takes none of these.
    """

    second_identifier: Line = ""
    phone: Line = ""
    language: Line = ""
    emergency_contact: Line = ""
    emergency_phone: Line = ""
    address: Line = ""
    risk_medications: frozenset[RiskMedication] | None = None


class NoteEntry(Body):
    """What is to be remembered of a patient."""

    note: Written


class Lasted(Body):
    """How long the visit has lasted, while it was in view."""

    seconds: Annotated[int, Field(ge=0, le=int(LONGEST_VISIT.total_seconds()))]


class Retraction(Body):
    """A reading, by its key as `readings` says it, and why it is no measurement of the patient."""

    source_id: Id
    measured_at: Instant
    tie: Annotated[int, Field(ge=-(2**15), lt=2**15)]
    reason: Text

    @property
    def key(self) -> CorrectedReading:
        return CorrectedReading(self.source_id, self.measured_at, self.tie)


class Retiming(Retraction):
    """And when it was taken in truth."""

    taken_at: Instant
