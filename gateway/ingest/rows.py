"""A reading as the rows it becomes. The order of columns is that of `store.sql`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from edge_agent.wire.codes import Flag
from edge_agent.wire.messages import Quantity, Reading
from edge_agent.wire.vitals import Vital

READING_TYPES = (
    "timestamptz", "int4", "int4", "int4", "int4", "int4", "int4", "int2",
    *("float4" for _ in Vital), "text", "jsonb", "jsonb",
)  # fmt: skip
RAW_TYPES = ("timestamptz", "int4", "timestamptz", "int2", "uuid", "text", "timestamp", "bytea")

T = TypeVar("T")

_INT4_MAX = 2**31 - 1
_INT2_MAX = 2**15 - 1
_FIRST_VALUE = 8
_NO_VALUES = (None,) * len(Vital)
_COLUMN = {vital: _FIRST_VALUE + place for place, vital in enumerate(Vital)}


class RecordIdentity(NamedTuple):
    """Which reading it is (the first three are the key of a stored one), and by which position it came."""

    source_id: int
    measured_at: datetime
    tie: int  # what tells readings of one source at one moment apart, as a signed 16-bit number
    hub_run: int
    position: int


class Candidate(NamedTuple):
    """A reading that may be stored, and under which numbers it goes."""

    reading: Reading
    identity: RecordIdentity
    received_at: datetime

    @classmethod
    def of(
        cls, reading: Reading, *, hub_run: int, position: int, source_id: int, received_at: datetime
    ) -> Candidate:
        identity = RecordIdentity(source_id, reading.measured_at, _tie(reading), hub_run, position)
        return cls(reading, identity, received_at)

    @property
    def source_id(self) -> int:
        return self.identity.source_id

    @property
    def tie(self) -> int:
        return self.identity.tie

    @property
    def _delay_s(self) -> int:
        return _saturated((self.received_at - self.identity.measured_at).total_seconds())

    def reading_row(self) -> list[Any]:
        """The row of `reading`, as READING_TYPES."""
        reading, (source_id, measured_at, tie, hub_run, position), _ = self
        offset = reading.clock_offset_s
        row: list[Any] = [
            measured_at,
            source_id,
            hub_run,
            position,
            self._delay_s,
            None if offset is None else _saturated(offset),
            flag_bits(reading.flags) if reading.flags else 0,
            tie,
            *_NO_VALUES,
            reading.meal,
            _json(reading.absent, lambda reason: reason),
            _json(reading.original, _pair),
        ]
        for vital, quantity in reading.values.items():
            row[_COLUMN[vital]] = quantity.value
        return row

    def raw_row(self) -> tuple[Any, ...]:
        """The row of `raw_reading`, as RAW_TYPES."""
        reading, (source_id, measured_at, tie, _, _), _ = self
        return (
            reading.captured_at,
            source_id,
            measured_at,
            tie,
            reading.reading_id,
            reading.kind,
            reading.device_clock,
            bytes.fromhex(reading.raw),
        )

    def event_row(self) -> dict[str, Any]:
        """The row of `event`. Raises ValueError on a reading that is none."""
        event = self.reading.event
        if event is None:
            raise ValueError("not an event")
        return self.identity._asdict() | {
            "occurred_at": self.identity.measured_at,
            "delay_s": self._delay_s,
            "kind": event.kind,
            "detail": event.detail,
            "amount": None if event.amount is None else event.amount.value,
            "unit": None if event.amount is None else event.amount.unit,
        }


def _tie(reading: Reading) -> int:
    tie = reading.reading_id.int >> 112 if reading.sequence is None else reading.sequence
    return tie if tie <= _INT2_MAX else tie - 2**16


def flag_bits(flags: tuple[Flag, ...]) -> int:
    """The flags as a bit mask."""
    return sum(1 << flag.value for flag in set(flags))


def _saturated(seconds: float) -> int:
    whole = round(seconds)
    return whole if -_INT4_MAX <= whole <= _INT4_MAX else max(-_INT4_MAX, min(_INT4_MAX, whole))


def _pair(quantity: Quantity) -> dict[str, Any]:
    return {"value": quantity.value, "unit": quantity.unit}


def _json(table: Mapping[Vital, T], say: Callable[[T], object]) -> dict[str, object] | None:
    return {vital.code: say(each) for vital, each in table.items()} if table else None
