"""A reading as the rows it becomes. The order of columns is that of `sql/ingest.sql`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from edge_agent.wire.codes import Flag
from edge_agent.wire.messages import Quantity, Reading
from edge_agent.wire.vitals import Vital

READING_TYPES = (
    "timestamptz", "int4", "int4", "int4", "int4", "int4", "int4", "int2",
    *("float4" for _ in Vital), "text", "jsonb", "jsonb",
)  # fmt: skip
RAW_TYPES = ("timestamptz", "int4", "timestamptz", "int2", "uuid", "text", "timestamp", "bytea")

Identity = tuple[int, datetime, int, int, int]
"""source_id, measured_at and tie (the key of a stored reading), hub_run and position."""

_INT4_MAX = 2**31 - 1
_INT2_MAX = 2**15 - 1


@dataclass(frozen=True)
class Candidate:
    """A reading that may be stored: where it came from and under which numbers it goes."""

    reading: Reading
    hub_run: int
    position: int
    source_id: int
    received_at: datetime

    @property
    def identity(self) -> Identity:
        """Which reading this is, and by which position it came."""
        return self.source_id, self.reading.measured_at, self.tie, self.hub_run, self.position

    @property
    def tie(self) -> int:
        """What tells readings of one source at one moment apart, as a signed 16-bit number."""
        sequence = self.reading.sequence
        tie = int.from_bytes(self.reading.reading_id.bytes[:2]) if sequence is None else sequence
        return tie if tie <= _INT2_MAX else tie - 2**16

    def reading_row(self) -> tuple[Any, ...]:
        """The row of `reading`, as READING_TYPES."""
        reading = self.reading
        delay = (self.received_at - reading.measured_at).total_seconds()
        values = (reading.values.get(vital) for vital in Vital)
        return (
            reading.measured_at,
            self.source_id,
            self.hub_run,
            self.position,
            _saturated(delay),
            None if reading.clock_offset_s is None else _saturated(reading.clock_offset_s),
            flag_bits(reading.flags),
            self.tie,
            *(None if quantity is None else quantity.value for quantity in values),
            reading.meal,
            _json({vital.code: reason for vital, reason in reading.absent.items()}),
            _json({vital.code: _pair(quantity) for vital, quantity in reading.original.items()}),
        )

    def raw_row(self) -> tuple[Any, ...]:
        """The row of `raw_reading`, as RAW_TYPES."""
        reading = self.reading
        return (
            reading.captured_at,
            self.source_id,
            reading.measured_at,
            self.tie,
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
        return {
            "source_id": self.source_id,
            "occurred_at": self.reading.measured_at,
            "tie": self.tie,
            "hub_run": self.hub_run,
            "position": self.position,
            "kind": event.kind,
            "detail": event.detail,
            "amount": None if event.amount is None else event.amount.value,
            "unit": None if event.amount is None else event.amount.unit,
        }


def flag_bits(flags: tuple[Flag, ...]) -> int:
    """The flags as a bit mask."""
    return sum(1 << flag.value for flag in set(flags))


def _saturated(seconds: float) -> int:
    return max(-_INT4_MAX, min(_INT4_MAX, round(seconds)))


def _pair(quantity: Quantity) -> dict[str, Any]:
    return {"value": quantity.value, "unit": quantity.unit}


def _json(table: dict[str, Any]) -> Jsonb | None:
    return Jsonb(table) if table else None
