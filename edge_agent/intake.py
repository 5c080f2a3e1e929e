"""What one device says during one connection, made into readings and kept, in the order it says it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from pydantic import ValidationError

from edge_agent import device_clocks
from edge_agent.gatt.characteristics import decode
from edge_agent.gatt.glucose import of_another_analyte
from edge_agent.gatt.glucose_context import GlucoseContext
from edge_agent.gatt.measurement import DecodeError, Measurement
from edge_agent.outbox import Held, Outbox
from edge_agent.profiles.repairs import Repair, as_it_is
from edge_agent.reading_ids import Place, device_reading_id, hub_reading_id
from edge_agent.wire.codes import Flag
from edge_agent.wire.messages import Device, Quantity, Reading
from edge_agent.wire.plausibility import without_what_cannot_be

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Capture:
    """A characteristic's value as it arrived; `held` is what is on disk of it already."""

    characteristic: int
    raw: bytes
    captured_at: datetime
    held: Held | None = None


@dataclass(frozen=True)
class Connected:
    """What is known of a device during one connection.

    `offset`: its clock minus ours, where it told it; `setting`: when a hub last set that clock.
    """

    hub: str
    zone: tzinfo  # that of the hub, in which a device's clock is set
    device: Device
    offset: timedelta | None = None
    setting: device_clocks.ClockSetting | None = None
    repair: Repair = as_it_is


def to_reading(said: Measurement, capture: Capture, connected: Connected, place: Place) -> Reading:
    """The reading that `said` makes. Raises ValidationError where the contract does not allow it."""
    device = connected.device.identifier
    known_as = device_reading_id(
        device,
        capture.raw,
        sequence=said.sequence,
        device_clock=said.device_clock,
        is_dated=Flag.TIME_FAULT in said.flags,
    )
    offset = device_clocks.offset_of_record(
        said.device_clock, said.sequence, connected.offset, connected.setting, connected.zone
    )
    reading = Reading(
        reading_id=known_as or hub_reading_id(connected.hub, place, device, capture.raw),
        kind=said.kind,
        device=connected.device,
        user=said.user,
        values={vital: Quantity(value=value, unit=vital.unit) for vital, value in said.values.items()},
        original=dict(said.original),
        absent=dict(said.absent),
        measured_at=device_clocks.measured_at(said.device_clock, capture.captured_at, offset, connected.zone),
        captured_at=capture.captured_at,
        device_clock=said.device_clock,
        clock_offset_s=None if offset is None else offset.total_seconds(),
        sequence=said.sequence,
        flags=said.flags,
        meal=said.meal,
        raw=capture.raw.hex(),
    )
    return without_what_cannot_be(reading)


def with_context(record: Measurement, context: GlucoseContext) -> Measurement:
    """The record with what its meter said beside it, which may be that it is no blood glucose."""
    if context.marks_another_analyte:
        return of_another_analyte(record)
    return replace(record, meal=context.meal)


class Intake:
    """Takes in one connection's values. What `take` returned from is on disk: as a reading, or until `begin`
    as the bytes that came. A glucose record whose context is still to come waits for it: it may be no
    glucose. One whose context never comes is kept by `finish` as what it says itself: a low cannot wait.
    """

    def __init__(self, device: str, outbox: Outbox, kept: Callable[[], None]) -> None:
        """`kept` is called after each new reading."""
        self._device = device
        self._outbox = outbox
        self._kept = kept
        self._connected: Connected | None = None
        self._seen: set[tuple[int, bytes]] = set()
        self._waiting: dict[int, tuple[Measurement, Capture]] = {}  # for their context, by sequence number
        self.records: dict[int, bytes] = {}  # by sequence number, in the order in which they came

    @property
    def begun(self) -> bool:
        return self._connected is not None

    def begin(self, connected: Connected) -> None:
        """It is known now who speaks and by which clock: make readings of what is held and of what comes."""
        self._connected = connected
        for held in self._outbox.captures.of(self._device):
            self._read(Capture(held.characteristic, held.raw, held.captured.at, held), connected)

    def take(self, capture: Capture) -> None:
        """Keep what the value says. The same bytes again in one connection are a re-indication: dropped."""
        if self._connected is not None:
            self._read(capture, self._connected)
        else:
            self._outbox.captures.hold(self._device, capture.characteristic, capture.raw, capture.captured_at)

    def finish(self) -> None:
        """Keep what waits for its context: it comes no more."""
        if self._connected is not None:
            for said, capture in self._waiting.values():
                self._keep(said, capture, self._connected)
            self._waiting.clear()

    def _read(self, capture: Capture, connected: Connected) -> None:
        if (capture.characteristic, capture.raw) in self._seen:
            self._release(capture)
            return
        self._seen.add((capture.characteristic, capture.raw))
        try:
            said = decode(capture.characteristic, connected.repair(capture.characteristic, capture.raw))
        except DecodeError as error:
            self._keep_unreadable(capture, str(error))
            return
        match said:
            case Measurement(sequence=int(sequence), more_follows=True):
                self.records[sequence] = capture.raw
                if sequence in self._waiting:  # of a meter that numbered its records anew
                    self._keep(*self._waiting[sequence], connected)
                self._waiting[sequence] = (said, capture)
            case Measurement():
                if said.sequence is not None:
                    self.records[said.sequence] = capture.raw
                self._keep(said, capture, connected)
            case GlucoseContext(sequence=sequence):
                if sequence in self._waiting:
                    record, of_record = self._waiting.pop(sequence)
                    self._keep(with_context(record, said), of_record, connected)
                self._release(capture)
            case _:
                self._release(capture)

    def _keep(self, said: Measurement, capture: Capture, connected: Connected) -> None:
        try:
            reading = self._outbox.add(
                lambda place: to_reading(said, capture, connected, place), capture=capture.held
            )
        except ValidationError as error:
            # Only where and what kind of error: its text would hold the value.
            problems = (f"{'.'.join(map(str, each['loc']))} ({each['type']})" for each in error.errors())
            self._keep_unreadable(capture, f"not allowed in a reading: {', '.join(problems)}")
            return
        if reading is None:
            logger.info("reading_known device=%s", self._device)
        else:
            logger.info("reading_kept device=%s reading=%s", self._device, reading.reading_id)
            self._kept()

    def _keep_unreadable(self, capture: Capture, reason: str) -> None:
        self._outbox.add_unreadable(
            self._device, capture.characteristic, capture.raw, reason, capture.captured_at
        )
        self._release(capture)
        logger.warning(
            "unreadable_kept device=%s characteristic=%04X reason=%r",
            self._device,
            capture.characteristic,
            reason,
        )

    def _release(self, capture: Capture) -> None:
        if capture.held is not None:
            self._outbox.captures.release(capture.held.number)
