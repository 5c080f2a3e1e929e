"""The addresses of a patient's page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Path
from starlette.responses import RedirectResponse, Response

from gateway.patients import notes, profiles
from gateway.patients.profiles import Profile
from gateway.web.guard.context import Conn, Now, PatientInReach, RowId, Worker
from gateway.web.guard.idempotency import Once
from gateway.web.parts.renderer import render
from gateway.web.patient_page.page import Part
from gateway.web.patient_page.task_in_hand import PagesInHand
from gateway.web.patients.entries import Keeper, NoteEntry, ProfileEntry

router = APIRouter(include_in_schema=False, prefix="/patients/{patient_id}")
_PARTS = {part.value.name: part for part in Part}


class ProfileForm(ProfileEntry):
    """A form sends no word of what is not ticked: so it says whether anybody asked."""

    was_asked: bool = False

    @property
    def profile(self) -> Profile:
        fields = self.model_dump(exclude={"was_asked", "risk_medications"})
        return Profile(
            **fields, risk_medications=(self.risk_medications or frozenset()) if self.was_asked else None
        )


class NoteForm(NoteEntry):
    """A note, and by what the form is known."""

    once: str = ""


@router.get("")
async def patient_page(patient_id: RowId, pages: PagesInHand) -> Response:
    """The patient with the most pressing task in hand."""
    return render(await pages.of_patient(patient_id))


@router.get("/{name}")
async def part(patient_id: RowId, name: Annotated[str, Path(max_length=20)], pages: PagesInHand) -> Response:
    """The same with one part of the record open."""
    if name not in _PARTS:
        raise HTTPException(404)
    return render(await pages.of_patient(patient_id, _PARTS[name]))


@router.post("/notes")
async def write(
    patient: PatientInReach,
    form: Annotated[NoteForm, Form()],
    *,
    conn: Conn,
    staff: Worker,
    once: Once,
    now: Now,
) -> Response:
    """Write a note, and look at it among the others."""
    await once(type(None), lambda: notes.add(conn, staff, patient.patient_id, form.note, now))
    return RedirectResponse(f"/patients/{patient.patient_id}/notes", status_code=303)


@router.post("/person")
async def enter(
    patient: PatientInReach, form: Annotated[ProfileForm, Form()], conn: Conn, staff: Keeper, now: Now
) -> Response:
    """Enter the profile anew."""
    await profiles.enter(conn, staff, patient.patient_id, form.profile, now)
    return RedirectResponse(f"/patients/{patient.patient_id}/person", status_code=303)
