"""A patient's readings in buckets of time: how many of each vital, their mean and their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from psycopg import AsyncConnection

from edge_agent.wire.vitals import Vital
from gateway.database import statements
from gateway.patients.patients import Patient

_SQL = statements.load(__name__)


class Width(StrEnum):
    """How long a bucket is; from a day on, by the calendar and the clock on the patient's wall."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"


@dataclass(frozen=True)
class Range:
    """Which part of a series: from `since`, up to `until` (exclusive), its newest `limit` buckets."""

    since: datetime | None
    until: datetime | None
    limit: int


@dataclass(frozen=True)
class Summary:
    """One vital in one bucket, its values in `unit`. Of `flagged` readings the device said something more."""

    readings: int
    flagged: int
    mean: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class Bucket:
    """What was measured in one stretch of time, by the vital's code. Where nothing was, none is listed."""

    starts_at: datetime
    vitals: Mapping[str, Summary]


async def buckets(conn: AsyncConnection, patient: Patient, width: Width, part: Range) -> list[Bucket]:
    """The patient's readings in buckets, the newest first.

    Paged by giving the beginning of the last bucket as the next `until`. Whether the patient is within reach
    is asked before.
    """
    row = {"patient_id": patient.patient_id, "zone": patient.time_zone, "bucket": width} | vars(part)
    rows = await (await conn.execute(_SQL["buckets"], row, prepare=True)).fetchall()
    return [
        Bucket(starts_at, dict(map(_summary, found)))
        for starts_at, found in groupby(rows, key=lambda each: each[0])
    ]


def _summary(row: tuple[Any, ...]) -> tuple[str, Summary]:
    _, vital, readings, flagged, mean, low, high = row
    return vital, Summary(readings, flagged, mean, low, high, Vital.from_code(vital).unit)
