"""Enrolling a patient in programmes, with a care team and what the team has to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from gateway.database.connection import Connection
from gateway.patients import profiles
from gateway.patients.patients import PatientExists
from gateway.patients.profiles import Profile, RiskMedication
from gateway.staff import members
from gateway.staff.organisations import UnknownCareTeam
from gateway.staff.sessions import Staff
from gateway.staff.team_hours import UncoveredHours
from gateway.web.guard.context import Conn, Now, Seen, Shared, Web
from gateway.web.guard.idempotency import Once
from gateway.web.parts.fields import zones
from gateway.web.parts.forms import FormRefused, Typed, create, filled
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Field, FieldKind, FormBlock, SetupPage
from gateway.web.patients import enrolment
from gateway.web.patients.enrolment import NotBornYet, ProgrammeForAdults, UnknownProgramme
from gateway.web.patients.entries import Enroller, PatientEntry, ProfileEntry

router = APIRouter(include_in_schema=False, prefix="/setup/patients")
_BESIDE = {
    PatientExists: "identifier",
    NotBornYet: "birth_date",
    UnknownProgramme: "programmes",
    ProgrammeForAdults: "programmes",
    UnknownCareTeam: "care_team_id",
    UncoveredHours: "care_team_id",
}
_LEAD = "From now on the programmes' rules judge what the patient's devices measure. Assign the devices next."


class EnrolmentEntry(PatientEntry, ProfileEntry):
    """All that is entered at once; no medication ticked is "nobody has asked"."""

    medications: list[RiskMedication | Literal["none"]]

    @property
    def patient(self) -> PatientEntry:
        return PatientEntry(**{name: getattr(self, name) for name in PatientEntry.model_fields})

    @property
    def profile(self) -> Profile:
        known = {name: getattr(self, name) for name in ProfileEntry.model_fields}
        taken = frozenset(each for each in self.medications if isinstance(each, RiskMedication))
        return Profile(**known | {"risk_medications": taken if self.medications else None})


@router.get("/new")
async def enrolment_page(web: Shared, conn: Conn, by: Enroller, frame: PageFrame) -> Response:
    """The form."""
    return render(SetupPage(frame("Enrol a patient"), _LEAD, [await _form(web, conn, by)]))


@router.post("/new")
async def enrol(
    typed: Typed,
    *,
    web: Shared,
    conn: Conn,
    by: Enroller,
    frame: PageFrame,
    now: Now,
    once: Once,
    seen: Seen,
) -> Response:
    """To the patient's page, or the form again with what was wrong."""

    async def act(entry: EnrolmentEntry) -> str:
        patient_id = await enrolment.enrol(entry.patient, web, conn, by, now)
        seen.add(patient_id)
        await profiles.enter(conn, by, patient_id, entry.profile, now)
        return f"/patients/{patient_id}"

    try:
        return await create(once, EnrolmentEntry, typed, act, _BESIDE)
    except FormRefused as refused:
        form = filled(await _form(web, conn, by), typed, refused.faults)
        return render(SetupPage(frame("Enrol a patient"), _LEAD, [form]), 422)


async def _form(web: Web, conn: Connection, by: Staff) -> FormBlock:
    programmes = [(name, each.title) for name, each in sorted(web.resources.rule_sets.items())]
    teams = [(str(team.care_team_id), team.name) for team in await members.care_teams(conn, by)]
    return FormBlock("/setup/patients/new", "Enrol the patient", _fields(programmes, teams))


def _fields(programmes: Sequence[tuple[str, str]], teams: Sequence[tuple[str, str]]) -> list[Field]:
    medications = [(each.value, each.value.capitalize()) for each in RiskMedication]
    return [
        Field("family_name", "Family name"),
        Field("given_name", "Given name"),
        Field("birth_date", "Birth date", FieldKind.DATE),
        Field("identifier", "Number", hint="The organisation's own number for the patient."),
        Field("second_identifier", "Second identifier", optional=True, hint="An insurer's number, say."),
        Field(
            "time_zone",
            "Time zone where the patient lives",
            suggestions=sorted(zones()),
            hint="Such as Europe/Berlin.",
        ),
        Field(
            "programmes",
            "Programmes",
            FieldKind.SOME,
            options=programmes,
            hint="Their rules and measurement schedules apply from now on.",
        ),
        Field(
            "care_team_id",
            "Care team",
            FieldKind.ONE,
            options=teams,
            blank="The first of yours",
            optional=True,
        ),
        Field("language", "Language", optional=True),
        Field("phone", "Telephone", optional=True),
        Field("address", "Address", optional=True, hint="Where an ambulance goes."),
        Field("emergency_contact", "Emergency contact", optional=True, hint="Name, and what they are."),
        Field("emergency_phone", "Emergency contact's telephone", optional=True),
        Field(
            "medications",
            "Risk medication",
            FieldKind.SOME,
            options=[*medications, ("none", "None of these")],
            optional=True,
            hint="Nothing ticked says that nobody has asked.",
        ),
    ]
