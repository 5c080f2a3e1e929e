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
from edge_agent.outbox import HeldCapture, Outbox
from edge_agent.profiles.repairs import Repair, as_it_is
from edge_agent.reading_ids import OutboxPosition, device_reading_id, hub_reading_id
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
    held: HeldCapture | None = None


@dataclass(frozen=True)
class ConnectedDevice:
    """What is known of a device during one connection.

    `offset`: its clock minus ours, where it told it; `setting`: when a hub last set that clock.
    """

    hub: str
    zone: tzinfo  # that of the hub, in which a device's clock is set
    device: Device
    offset: timedelta | None = None
    setting: device_clocks.ClockSetting | None = None
    repair: Repair = as_it_is


def to_reading(
    measurement: Measurement, capture: Capture, connected: ConnectedDevice, position: OutboxPosition
) -> Reading:
    """The reading that `measurement` makes. Raises ValidationError where the contract does not allow it."""
    device = connected.device.identifier
    known_as = device_reading_id(
        device,
        capture.raw,
        sequence=measurement.sequence,
        device_clock=measurement.device_clock,
        is_dated=Flag.TIME_FAULT in measurement.flags,
    )
    offset = device_clocks.offset_of_record(
        measurement.device_clock, measurement.sequence, connected.offset, connected.setting, connected.zone
    )
    reading = Reading(
        reading_id=known_as or hub_reading_id(connected.hub, position, device, capture.raw),
        kind=measurement.kind,
        device=connected.device,
        user=measurement.user,
        values={vital: Quantity(value=value, unit=vital.unit) for vital, value in measurement.values.items()},
        original=dict(measurement.original),
        absent=dict(measurement.absent),
        measured_at=device_clocks.measured_at(
            measurement.device_clock, capture.captured_at, offset, connected.zone
        ),
        captured_at=capture.captured_at,
        device_clock=measurement.device_clock,
        clock_offset_s=None if offset is None else offset.total_seconds(),
        sequence=measurement.sequence,
        flags=measurement.flags,
        meal=measurement.meal,
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

    def __init__(self, device: str, outbox: Outbox, stored: Callable[[], None]) -> None:
        """`stored` is called after each new reading."""
        self._device = device
        self._outbox = outbox
        self._stored = stored
        self._connected: ConnectedDevice | None = None
        self._seen: set[tuple[int, bytes]] = set()
        self._waiting: dict[int, tuple[Measurement, Capture]] = {}  # for their context, by sequence number
        self.records: dict[int, bytes] = {}  # by sequence number, in the order in which they came

    @property
    def begun(self) -> bool:
        return self._connected is not None

    def begin(self, connected: ConnectedDevice) -> None:
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
            for measurement, capture in self._waiting.values():
                self._store(measurement, capture, self._connected)
            self._waiting.clear()

    def _read(self, capture: Capture, connected: ConnectedDevice) -> None:
        if (capture.characteristic, capture.raw) in self._seen:
            self._release(capture)
            return
        self._seen.add((capture.characteristic, capture.raw))
        try:
            decoded = decode(capture.characteristic, connected.repair(capture.characteristic, capture.raw))
        except DecodeError as error:
            self._store_unreadable(capture, str(error))
            return
        match decoded:
            case Measurement(sequence=int(sequence), more_follows=True):
                self.records[sequence] = capture.raw
                if sequence in self._waiting:  # of a meter that numbered its records anew
                    self._store(*self._waiting[sequence], connected)
                self._waiting[sequence] = (decoded, capture)
            case Measurement():
                if decoded.sequence is not None:
                    self.records[decoded.sequence] = capture.raw
                self._store(decoded, capture, connected)
            case GlucoseContext(sequence=sequence):
                if sequence in self._waiting:
                    record, of_record = self._waiting.pop(sequence)
                    self._store(with_context(record, decoded), of_record, connected)
                self._release(capture)
            case _:
                self._release(capture)

    def _store(self, measurement: Measurement, capture: Capture, connected: ConnectedDevice) -> None:
        try:
            reading = self._outbox.add(
                lambda position: to_reading(measurement, capture, connected, position), capture=capture.held
            )
        except ValidationError as error:
            # Only where and what kind of error: its text would hold the value.
            problems = (f"{'.'.join(map(str, each['loc']))} ({each['type']})" for each in error.errors())
            self._store_unreadable(capture, f"not allowed in a reading: {', '.join(problems)}")
            return
        if reading is None:
            logger.info("reading_known device=%s", self._device)
        else:
            logger.info("reading_kept device=%s reading=%s", self._device, reading.reading_id)
            self._stored()

    def _store_unreadable(self, capture: Capture, reason: str) -> None:
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
