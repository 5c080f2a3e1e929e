"""One connection to one device: what it tells is kept, from before we know who it is until it is quiet."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from edge_agent.bluetooth.bluez import BlueZ
from edge_agent.bluetooth.client import Client
from edge_agent.bluetooth.errors import BLUETOOTH_ERRORS, BlueZError, DeviceInTrouble, SessionError, Trouble
from edge_agent.bluetooth.objects import RemoteDevice
from edge_agent.bluetooth.refusals import Meaning
from edge_agent.device_clocks import ClockSetting, to_set
from edge_agent.gatt.measurement import DecodeError
from edge_agent.gatt.record_access import (
    Outcome,
    RecordAccessOutcome,
    decode_record_access,
    report_all,
    report_from,
)
from edge_agent.hub_clock import HubClock
from edge_agent.intake import Capture, ConnectedDevice, Intake
from edge_agent.outbox import Outbox
from edge_agent.profiles import SERVICES, Retention, product_of, service_of
from edge_agent.profiles.services import RECORD_ACCESS
from edge_agent.wire.messages import Device

logger = logging.getLogger(__name__)

QUIET_FOR_S: Final = 20.0
"""A device that says nothing for so long, and does not disconnect by itself, has nothing more to say."""
SETTLED_S: Final = 1.0
"""A device that says nothing for so long may be asked for something else."""


@dataclass(frozen=True)
class Hub:
    """Who reads: its name, the time zone in which devices' clocks are set, and its own clock."""

    name: str
    zone: tzinfo
    clock: HubClock
    sets_clocks: bool = False  # of devices, where they are wrong

    def now(self) -> datetime:
        return self.clock.moment().at


class Session:
    """`hear` may be called before `run`, and is; `close` ends it, whatever has happened."""

    def __init__(self, hub: Hub, remote: RemoteDevice, outbox: Outbox, kept: Callable[[], None]) -> None:
        """`kept` is called after each new reading."""
        self._hub = hub
        self._remote = remote
        self._outbox = outbox
        self._intake = Intake(remote.address, outbox, kept)
        self._news = asyncio.Event()
        self._gone = False
        self._told = False
        self._failure: SessionError | None = None
        self._outcomes: list[Outcome] = []  # of what was asked of a meter's memory

    def hear(self, characteristic: int, raw: bytes) -> None:
        """The device tells this, and may have deleted it: on disk on return. Raises OutboxError."""
        self._news.set()
        if characteristic == RECORD_ACCESS:
            self._on_outcome(raw)
        else:
            self._told = True
            self._intake.take(Capture(characteristic, raw, self._hub.now()))

    def gone(self) -> None:
        """The device has disconnected."""
        self._gone = True
        self._news.set()

    async def run(self, bluez: BlueZ, client: Client) -> None:
        """Keep everything that the device hands over until it goes, is quiet, or has sent all its records.

        Raises SessionError, DeviceInTrouble, BlueZError, BleakError, and whatever the outbox raises.
        """
        tells = await self._subscribe(bluez)
        if product_of(self._remote.name).hurried:
            await self._until(lambda: False, SETTLED_S)
            if self._gone:
                self._seen(Device(identifier=self._remote.address))
                return
        device = await client.identify()
        self._seen(device, await client.battery_percent())
        clock = product_of(device.manufacturer, device.model, self._remote.name).clock
        offset = await client.clock_offset(clock, self._hub.now, self._hub.zone)
        self._begin(device, offset)
        if RECORD_ACCESS in tells:
            await self._read_records(client)
        await self._until(lambda: False, SETTLED_S)
        await self._set_clock(client, clock, offset)
        if any(number in tells for number in _TOLD_UNASKED):
            await self._until(lambda: False)

    async def has_told_and_gone(self, bluez: BlueZ) -> bool:
        """A cuff may go as soon as all it had was confirmed. A meter has not told all before it says so."""
        is_asked = RECORD_ACCESS in bluez.objects.told_by(self._remote.path).values()
        if is_asked or not self._told or not await self._until(lambda: self._gone, SETTLED_S):
            return False
        self._seen(Device(identifier=self._remote.address))
        return True

    def close(self) -> None:
        """Make readings of what is held, if only by what was known of the device before."""
        if not self._intake.begun:
            known = self._outbox.devices.find(self._remote.address)
            self._begin(Device(identifier=self._remote.address) if known is None else known.device, None)
        self._intake.finish()

    def _seen(self, device: Device, battery_percent: int | None = None) -> None:
        self._outbox.devices.seen(
            device,
            self._hub.now(),
            name=self._remote.name,
            service=service_of(self._remote.services),
            battery_percent=battery_percent,
        )

    def _begin(self, device: Device, offset: timedelta | None) -> None:
        product = product_of(device.manufacturer, device.model, self._remote.name)
        setting = self._outbox.devices.clock_setting(device.identifier)
        self._intake.begin(
            ConnectedDevice(self._hub.name, self._hub.zone, device, offset, setting, product.repair)
        )

    async def _set_clock(self, client: Client, clock: int, offset: timedelta | None) -> None:
        """If it is wrong, allowed and still connected. Its records were read: they carry the old clock.

        All that it had to tell is here, so a device that goes now, or refuses, has not failed.
        """
        now = self._hub.clock.moment()
        right = to_set(offset, now.at, self._hub.zone, allowed=self._hub.sets_clocks, hub_knows=now.is_known)
        if right is None or offset is None or self._gone:
            return
        setting = ClockSetting(now.at, offset, max(self._intake.records, default=None))
        self._outbox.devices.set_clock_setting(self._remote.address, setting)
        try:
            await client.set_clock(clock, right)
        except BLUETOOTH_ERRORS as error:
            kind = type(error).__name__
            logger.warning(
                "clock_not_set device=%s error=%s reason=%r", self._remote.address, kind, str(error)
            )
            return
        logger.info("clock_set device=%s wrong_by_s=%.0f", self._remote.address, offset.total_seconds())

    async def _subscribe(self, bluez: BlueZ) -> list[int]:
        try:
            tells = await bluez.subscribe(self._remote.path)
        except BlueZError as error:
            if error.meaning is Meaning.NOT_PAIRED:
                raise DeviceInTrouble(Trouble.NOT_PAIRED) from error
            if error.meaning is Meaning.LINK_ENDED and not self._remote.paired:
                # BlueZ began to pair, without anybody to ask; or a device that tells strangers has gone.
                raise DeviceInTrouble(Trouble.NOT_PAIRED, is_sign=True) from error
            raise
        if not tells:
            raise SessionError("it offers no measurement that a hub reads")
        return tells

    async def _read_records(self, client: Client) -> None:
        """Ask a meter for what is new; for everything, if its memory does not begin where it last ended."""
        device = self._remote.address
        last = self._outbox.last_record(device)
        outcome = await self._ask(client, report_from(last[0]) if last else report_all())
        if last and self._intake.records.get(last[0]) != last[1]:
            outcome = await self._ask(client, report_all())
        if outcome not in (Outcome.SUCCESS, Outcome.NO_RECORDS):
            raise SessionError(f"asked for its records, the meter answered {outcome.name}")
        self._intake.finish()
        for sequence, raw in list(self._intake.records.items())[-1:]:
            self._outbox.set_last_record(device, sequence, raw)

    async def _ask(self, client: Client, request: bytes) -> Outcome:
        self._outcomes.clear()
        await client.write(RECORD_ACCESS, request)
        if not await self._until(lambda: bool(self._outcomes)):
            raise SessionError("the meter did not finish sending its records")
        return self._outcomes[-1]

    async def _until(self, done: Callable[[], bool], quiet_for_s: float = QUIET_FOR_S) -> bool:
        """Wait; False when the device is gone, or quiet for too long, before it is `done`."""
        while not done():
            if self._failure is not None:
                raise self._failure
            if self._gone:
                return False
            self._news.clear()
            try:
                async with asyncio.timeout(quiet_for_s):
                    await self._news.wait()
            except TimeoutError:
                return False
        return True

    def _on_outcome(self, raw: bytes) -> None:
        try:
            answer = decode_record_access(raw)
        except DecodeError as error:
            self._failure = SessionError(f"the meter's answer cannot be read: {error}")
            return
        if isinstance(answer, RecordAccessOutcome):
            self._outcomes.append(answer.outcome)


_TOLD_UNASKED: Final = frozenset(
    number
    for service in SERVICES.values()
    if service.retention is Retention.UNTIL_DELIVERED
    for number in service.measurements
)
