"""What was captured while the hub did not know the time gets its time, when that is known, and its place.

Pure: what is known of the time is a parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from edge_agent import device_clocks
from edge_agent.hub_clock import Moment
from edge_agent.reading_ids import OutboxPosition, device_reading_id, hub_reading_id
from edge_agent.wire.messages import Reading


@dataclass(frozen=True)
class UnnumberedReading:
    """A reading with the times of a clock that was not known to be right, and the seconds since boot."""

    number: int
    boot: str
    uptime_s: float
    reading: Reading


def numbered(reading: Reading, hub: str, position: OutboxPosition) -> Reading:
    """`reading` with its id, now that it has its place."""
    device, raw = reading.device.identifier, bytes.fromhex(reading.raw)
    known_as = device_reading_id(device, raw, sequence=reading.sequence, device_clock=reading.device_clock)
    return reading.model_copy(update={"reading_id": known_as or hub_reading_id(hub, position, device, raw)})


def timed(waiting: Sequence[UnnumberedReading], now: Moment, zone: tzinfo) -> list[Reading]:
    """The readings with the times that follow from `now`, in the order in which they were captured.

    Of this boot the times are exact. Of an earlier one nothing is known but that it ended before the next
    began: they are the latest possible, and what the device's clock says counts unless it is later.
    """
    boots = list(dict.fromkeys(each.boot for each in waiting))
    readings: list[Reading] = []
    began = now.at - timedelta(seconds=now.uptime_s)
    for boot in reversed(boots):
        of_boot = sorted(
            (each for each in waiting if each.boot == boot), key=lambda each: (each.uptime_s, each.number)
        )
        if boot != now.boot:
            began -= timedelta(seconds=of_boot[-1].uptime_s)
        readings[:0] = [
            _retimed(
                each.reading,
                min(began + timedelta(seconds=each.uptime_s), now.at),
                zone,
                exact=boot == now.boot,
            )
            for each in of_boot
        ]
    return readings


def _retimed(reading: Reading, captured_at: datetime, zone: tzinfo, *, exact: bool) -> Reading:
    offset = None
    if exact and reading.clock_offset_s is not None:
        wrong_by = captured_at - reading.captured_at
        offset = timedelta(seconds=reading.clock_offset_s) - wrong_by
    return reading.model_copy(
        update={
            "captured_at": captured_at,
            "clock_offset_s": None if offset is None else offset.total_seconds(),
            "measured_at": device_clocks.measured_at(reading.device_clock, captured_at, offset, zone),
        }
    )
