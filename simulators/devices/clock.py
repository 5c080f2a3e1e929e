"""A device's clock: local time without a zone, right or wrong."""

from __future__ import annotations

import struct
from datetime import date, datetime, time, tzinfo

from simulators.bluez.peripheral import AttError, AttStatus
from simulators.devices.memory import Memory

_CURRENT_TIME_LENGTH = 10


class DeviceClock:
    """Runs with true time, `memory.clock_offset` away from it. A `zone` of None is the machine's own."""

    def __init__(self, memory: Memory, zone: tzinfo | None = None) -> None:
        self._memory = memory
        self._zone = zone

    def at(self, true: datetime) -> datetime:
        """What it shows at the aware time `true`."""
        return true.astimezone(self._zone).replace(tzinfo=None) + self._memory.clock_offset

    def set(self, payload: bytes, true: datetime) -> None:
        """Set it by a written 0x2A2B. Raises AttError, as Current Time Service 1.1, 3.1.2 asks for."""
        if len(payload) != _CURRENT_TIME_LENGTH:
            raise AttError(AttStatus.INVALID_LENGTH)
        year, month, day, hour, minute, second, _, fraction, _ = struct.unpack("<H8B", payload)
        try:
            shown = datetime.combine(
                date(year, month, day), time(hour, minute, second, fraction * 1_000_000 // 256)
            )
        except ValueError:
            raise AttError(AttStatus.DATA_FIELD_IGNORED) from None
        self._memory.clock_offset += shown - self.at(true)
