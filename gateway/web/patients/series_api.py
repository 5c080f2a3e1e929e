"""What was measured of a patient: readings and events one by one, and readings in buckets of time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from edge_agent.wire.instants import Instant
from edge_agent.wire.vitals import Vital
from gateway.readings import history, series
from gateway.readings.history import ReadingCursor, Span, StoredEvent, StoredReading
from gateway.readings.series import Bucket, Range, Width
from gateway.web.guard.context import Conn, PatientInReach
from gateway.web.parts.fields import Cursor, Page, page, read_cursor
from gateway.web.patients.csv_table import CSV_ANSWER, AnswerFormat, Cell, Format, table

router = APIRouter(prefix="/patients/{patient_id}", tags=["patients"])

Since = Annotated[Instant | None, Query()]
Until = Annotated[Instant | None, Query(description="exclusive")]
Limit = Annotated[int, Query(ge=1, le=5000)]

_READING = (
    "measured_at", "received_at", "device", "user", "source_id", "tie",
    *(f"{vital.code} [{vital.unit}]" for vital in Vital), "absent", "flags", "meal", "struck",
)  # fmt: skip
_BUCKET = ("starts_at", "vital", "unit", "readings", "flagged", "mean", "low", "high")


async def _span(since: Since = None, until: Until = None, limit: Limit = 100, cursor: Cursor = None) -> Span:
    return Span(since, until, read_cursor(cursor, ReadingCursor), limit)


async def _range(
    since: Since = None, until: Until = None, limit: Limit = 100, cursor: Cursor = None
) -> Range:
    return Range(since, read_cursor(cursor, datetime) or until, limit)


@router.get("/readings", responses=CSV_ANSWER, response_model=Page[StoredReading])
async def readings(
    request: Request,
    conn: Conn,
    patient: PatientInReach,
    span: Annotated[Span, Depends(_span)],
    wanted: AnswerFormat,
) -> Page[StoredReading] | Response:
    """The patient's readings, newest first, as JSON or CSV."""
    found = await history.readings(conn, patient.patient_id, span)
    answer = page(found, span.limit, lambda each: ReadingCursor(each.measured_at, each.source_id, each.tie))
    if wanted is Format.JSON:
        return answer
    return table(request, "readings", _READING, map(_reading_row, found), cursor=answer.next)


@router.get("/series", responses=CSV_ANSWER, response_model=Page[Bucket])
async def buckets(
    request: Request,
    conn: Conn,
    patient: PatientInReach,
    part: Annotated[Range, Depends(_range)],
    wanted: AnswerFormat,
    *,
    bucket: Width = Width.DAY,
) -> Page[Bucket] | Response:
    """How much of each vital was measured, its mean and bounds, newest first; single values: `readings`."""
    found = await series.buckets(conn, patient, bucket, part)
    answer = page(found, part.limit, lambda each: each.starts_at)
    if wanted is Format.JSON:
        return answer
    rows = (row for each in found for row in _bucket_rows(each))
    return table(request, f"series-{bucket}", _BUCKET, rows, cursor=answer.next)


@router.get("/events")
async def events(
    conn: Conn, patient: PatientInReach, span: Annotated[Span, Depends(_span)]
) -> Page[StoredEvent]:
    """What the patient did or felt, newest first."""
    found = await history.events(conn, patient.patient_id, span)
    return page(found, span.limit, lambda each: ReadingCursor(each.occurred_at, each.source_id, each.tie))


def _reading_row(reading: StoredReading) -> list[Cell]:
    """As `_READING`."""
    values = (reading.values.get(vital.code) for vital in Vital)
    return [
        reading.measured_at.isoformat(),
        reading.received_at.isoformat(),
        reading.device_identifier,
        reading.user,
        reading.source_id,
        reading.tie,
        *(None if each is None else each.value for each in values),
        "; ".join(f"{vital}: {reason}" for vital, reason in reading.absent.items()),
        "; ".join(reading.flags),
        reading.meal,
        None if reading.struck is None else reading.struck.why,
    ]


def _bucket_rows(bucket: Bucket) -> list[list[Cell]]:
    """As `_BUCKET`."""
    starts_at = bucket.starts_at.isoformat()
    return [
        [starts_at, vital, each.unit, each.readings, each.flagged, each.mean, each.low, each.high]
        for vital, each in bucket.vitals.items()
    ]
