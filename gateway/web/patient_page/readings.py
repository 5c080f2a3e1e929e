"""The readings one by one, and what was found wrong with some. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gateway.patients.patients import Patient
from gateway.readings.history import StoredReading, Struck
from gateway.staff.permissions import Permission, may
from gateway.staff.sessions import Staff
from gateway.web.parts.task_card import reading_line
from gateway.web.parts.views import EvidenceLine
from gateway.web.parts.words import moment

NOT_OF_A_PATIENT = "The device marks this as not a value of the patient. It is kept, but not evaluated."


@dataclass(frozen=True)
class ReadingRow:
    """A reading with its key. `retraction_id`: it is struck out, and may be counted again."""

    source_id: int
    measured_at: str
    tie: int
    line: EvidenceLine  # its reason says why it is struck out, if it is
    is_struck: bool
    retraction_id: int | None


@dataclass(frozen=True)
class ReadingsPanel:
    template: ClassVar = "patient_page/readings.html"
    patient_id: int
    zone: str
    may_correct: bool
    rows: Sequence[ReadingRow]


def panel(patient: Patient, found: Sequence[StoredReading], staff: Staff, now: datetime) -> ReadingsPanel:
    """The newest first."""
    zone = patient.time_zone
    return ReadingsPanel(
        patient_id=patient.patient_id,
        zone=zone,
        may_correct=may(staff.role, Permission.CORRECT_READINGS),
        rows=[_row(each, zone, now) for each in found],
    )


def _row(reading: StoredReading, zone: str, now: datetime) -> ReadingRow:
    struck = reading.struck
    return ReadingRow(
        source_id=reading.source_id,
        measured_at=reading.measured_at.isoformat(),
        tie=reading.tie,
        line=reading_line(reading, _why_not_counted(reading, zone, now), zone, now),
        is_struck=not reading.counts,
        retraction_id=struck.reading_correction_id if struck and struck.taken_at is None else None,
    )


def _why_not_counted(reading: StoredReading, zone: str, now: datetime) -> str:
    if reading.struck is not None:
        return _struck_text(reading.struck, zone, now)
    return "" if reading.counts else NOT_OF_A_PATIENT


def _struck_text(struck: Struck, zone: str, now: datetime) -> str:
    if struck.taken_at is None:
        return f"Struck out by {struck.by}: {struck.why}"
    return f"Taken {moment(struck.taken_at, zone, now).text}, says {struck.by}: {struck.why}"
