"""Readings from a CSV file, as they would have arrived. The columns are COLUMNS, and RECEIVED_AT if known."""

from __future__ import annotations

import csv
import math
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from edge_agent.wire.codes import AbsentReason, Bearing, EventKind, Flag
from edge_agent.wire.instants import entered
from edge_agent.wire.vitals import Vital
from gateway.rules.units import to_canonical

COLUMNS = ("patient", "vital", "value", "unit", "measured_at")
RECEIVED_AT = "received_at"
ABSENT = {
    "hi": AbsentReason.ABOVE_RANGE,
    "lo": AbsentReason.BELOW_RANGE,
    "failed": AbsentReason.UNSUCCESSFUL,
}
"""What a device says in the place of a number."""
FLAGS = {flag.code for flag in Flag if flag.bearing is not Bearing.NOT_OF_A_PATIENT}
"""What a device says of a reading, in a row of its own."""
TO_THE_SECOND = re.compile(r".*:[0-9]{2}:[0-9]{2}(\.[0-9]+)?")
WITH_ITS_ZONE = re.compile(r".*:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})")


class RowError(Exception):
    """A row cannot be used. Says file, line, column and what is allowed."""


@dataclass(frozen=True)
class Arrival:
    """A reading of a patient, or something the patient did or felt, and when it arrived."""

    patient: str
    at: datetime
    measured_at: datetime
    values: Mapping[Vital, float]
    absent: Mapping[str, str]
    event: EventKind | None
    flags: frozenset[str] = frozenset()  # what its device said of it

    @property
    def vitals(self) -> set[str]:
        return {*(vital.code for vital in self.values), *self.absent}


def read_arrivals(path: Path) -> tuple[list[Arrival], RowError | None]:
    """What arrives, in that order, up to the first row that cannot be used; and what is wrong with it.

    Readings arrive at `received_at`, else when they were measured. Without that column they arrive in the
    order of the file. Rows of one patient and moment that follow each other are one reading.
    """
    rows: list[Arrival] = []
    wrong: RowError | None = None
    has_received_at = False
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            ending: deque[str] = deque(maxlen=2)
            reader = csv.DictReader(_keeping(file, ending), strict=True)
            try:
                has_received_at = _has_received_at(reader.fieldnames or ())
                rows.extend(map(_row, reader))  # keeps those before a bad one
                _drop_what_may_be_cut(rows, *ending)
            except ValueError as error:
                wrong = RowError(f"{path}:{max(reader.line_num, 1)}: {error}")
            except csv.Error as error:
                wrong = RowError(f"{path}:{max(reader.line_num, 1)}: expected CSV: {error}")
    except OSError as error:
        wrong = RowError(f"{path}: cannot be read: {error.strerror}")
    readings = list(_together(rows))
    if has_received_at:
        return sorted(readings, key=lambda each: each.at), wrong
    return list(_one_after_another(readings)), wrong


def _keeping(lines: Iterable[str], newest: deque[str]) -> Iterator[str]:
    """The lines, the newest of which stay to be looked at: what is piped is read once."""
    for line in lines:
        newest.append(line)
        yield line


def _drop_what_may_be_cut(rows: list[Arrival], above: str, last: str = "\n") -> None:
    """Raises ValueError without the last row, where nothing says that its line is whole."""
    if rows and _may_be_cut(above, last, is_only=len(rows) == 1):
        rows.pop()
        raise ValueError(
            "the file may be cut within its last line: expected a line break after it,"
            " or a time with its zone at its end"
        )


def _may_be_cut(above: str, last: str, *, is_only: bool) -> bool:
    """Whether the time at the end of a file may have gone on: it ends otherwise than the one above it."""
    if last.endswith(("\n", "\r")):
        return False
    before, time = (line.rpartition(",")[2].strip().strip('"') for line in (above, last))
    if WITH_ITS_ZONE.fullmatch(time):
        return False
    return not TO_THE_SECOND.fullmatch(time) if is_only else _shape(time) != _shape(before)


def _shape(time: str) -> str:
    return re.sub("[0-9]", "9", time)


def _has_received_at(columns: Sequence[str]) -> bool:
    allowed = (*COLUMNS, RECEIVED_AT)
    missing = [name for name in COLUMNS if name not in columns]
    unknown = [name for name in columns if name not in allowed]
    if missing or unknown or len(set(columns)) != len(columns):
        raise ValueError(
            f"the first line must name the columns {','.join(COLUMNS)}[,{RECEIVED_AT}], each once,"
            " with commas between them"
        )
    return RECEIVED_AT in columns


def _row(fields: Mapping[str | None, str | list[str] | None]) -> Arrival:
    """A row by itself. Raises ValueError, naming the column and what is allowed."""
    if None in fields or None in fields.values():
        raise ValueError("expected a value for each column")
    texts = {str(column): str(text).strip() for column, text in fields.items()}
    if not all(text.isascii() or _is_utf8(text) for text in texts.values()):
        raise ValueError("expected a text file in UTF-8")
    if not texts["patient"]:
        raise ValueError("patient: expected a name")
    what = _what(texts["vital"])
    measured_at = _moment("measured_at", texts["measured_at"])
    at = _moment(RECEIVED_AT, texts[RECEIVED_AT]) if texts.get(RECEIVED_AT) else measured_at
    if at < measured_at:
        raise ValueError(f"{RECEIVED_AT}: expected nothing before measured_at")
    if isinstance(what, EventKind):
        return Arrival(texts["patient"], at, measured_at, {}, {}, what)
    if not isinstance(what, Vital):
        return Arrival(texts["patient"], at, measured_at, {}, {}, None, frozenset({what}))
    value = _value(what, texts["value"], texts["unit"])
    if isinstance(value, AbsentReason):
        return Arrival(texts["patient"], at, measured_at, {}, {what.code: value}, None)
    return Arrival(texts["patient"], at, measured_at, {what: value}, {}, None)


def _is_utf8(text: str) -> bool:
    """Bytes that are no UTF-8 were read as what cannot be written."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _what(code: str) -> Vital | EventKind | str:
    """A vital, an event, or a flag by its code."""
    if code in list(EventKind):
        return EventKind(code)
    if code in FLAGS:
        return code
    try:
        return Vital.from_code(code)
    except ValueError as error:
        raise ValueError(
            f"vital: {error}, the events {', '.join(EventKind)}, and the flags {', '.join(sorted(FLAGS))}"
        ) from error


def _value(vital: Vital, text: str, unit: str) -> float | AbsentReason:
    try:
        to_canonical(vital, 0.0, unit)
    except ValueError as error:
        raise ValueError(f"unit: {error}") from error
    if text.lower() in ABSENT:
        return ABSENT[text.lower()]
    try:
        value = math.nan if "_" in text else to_canonical(vital, float(text), unit)
    except ValueError:
        value = math.nan
    if not vital.is_plausible(value):
        low, high = vital.low, vital.high
        raise ValueError(
            f"value: expected a number from {low:g} to {high:g} {vital.unit}, or Hi, Lo or failed"
        )
    return value


def _moment(column: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{column}: expected a time such as 2026-03-01T12:00:00Z (UTC if no zone)") from None
    try:
        return entered(at)
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None


def _together(rows: Iterable[Arrival]) -> Iterator[Arrival]:
    """Readings of the rows: those of one patient, moment and arrival, each with a vital of its own."""
    reading: Arrival | None = None
    for row in rows:
        if reading is not None and _is_of(reading, row):
            values, absent = {**reading.values, **row.values}, {**reading.absent, **row.absent}
            flags = reading.flags | row.flags
            reading = replace(reading, values=values, absent=absent, flags=flags)
            continue
        if reading is not None:
            yield reading
        reading = row
    if reading is not None:
        yield reading


def _is_of(reading: Arrival, row: Arrival) -> bool:
    one = (reading.patient, reading.measured_at, reading.at) == (row.patient, row.measured_at, row.at)
    return one and reading.event is None and row.event is None and reading.vitals.isdisjoint(row.vitals)


def _one_after_another(readings: Iterable[Arrival]) -> Iterator[Arrival]:
    """In the order given, so that nothing of a patient arrives before what stands above it."""
    clocks: dict[str, datetime] = {}
    for reading in readings:
        at = clocks[reading.patient] = max(reading.at, clocks.get(reading.patient, reading.at))
        yield replace(reading, at=at)
