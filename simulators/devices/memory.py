"""What a device keeps when its battery is taken out: the part of it that outlives the process."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict


class Memory(BaseModel):
    """Every device's memory. Bytes are kept as hex."""

    model_config = ConfigDict(extra="forbid", ser_json_bytes="hex", val_json_bytes="hex")

    clock_offset: timedelta = timedelta()
    bonded: bool = False


class Outgoing(Memory):
    """Of a device that forgets a measurement as soon as its indication was confirmed."""

    waiting: list[bytes] = []


class Record(BaseModel):
    """A stored glucose measurement, with its context if there is one."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="hex", val_json_bytes="hex")

    sequence: int
    measurement: bytes
    context: bytes | None = None


class Records(Memory):
    """Of a device that keeps what it measured, and numbers it."""

    next_sequence: int = 1
    records: list[Record] = []
