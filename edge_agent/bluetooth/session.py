"""One connection to one device: who it is, what its clock says, and what it has measured."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import partial
from types import TracebackType
from typing import Final, Self

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError
from bleak.uuids import normalize_uuid_16

from edge_agent import clock
from edge_agent.bluetooth.errors import unharmed
from edge_agent.gatt.current_time import decode_current_time
from edge_agent.gatt.device_information import decode_device_text
from edge_agent.gatt.measurement import DecodeError
from edge_agent.gatt.record_access import (
    Outcome,
    RecordAccessOutcome,
    decode_record_access,
    report_all,
    report_from,
)
from edge_agent.intake import Capture, Connected, Intake
from edge_agent.outbox import Outbox
from edge_agent.wire.messages import Device

logger = logging.getLogger(__name__)

GLUCOSE: Final = 0x2A18
GLUCOSE_CONTEXT: Final = 0x2A34
BLOOD_PRESSURE: Final = 0x2A35
WEIGHT: Final = 0x2A9D
MEASUREMENTS: Final = (GLUCOSE, GLUCOSE_CONTEXT, BLOOD_PRESSURE, WEIGHT)
RECORD_ACCESS: Final = 0x2A52
CURRENT_TIME: Final = 0x2A2B
MANUFACTURER: Final = 0x2A29
MODEL: Final = 0x2A24

CONNECT_WITHIN_S: Final = 20.0
QUIET_FOR_S: Final = 20.0
"""A device that says nothing for so long, and does not disconnect by itself, has nothing more to say."""
MAX_TEXT: Final = 120


class SessionError(Exception):
    """The device did not do as its profile says. Says what."""


class Session:
    """Connected within `async with`; entering raises BleakError, TimeoutError or OSError."""

    def __init__(self, found: BLEDevice, now: Callable[[], datetime]) -> None:
        self._client = BleakClient(found, self._on_gone, timeout=CONNECT_WITHIN_S)
        self._now = now
        self._news = asyncio.Event()
        self._gone = False
        self._failure: BaseException | None = None
        self._outcomes: list[Outcome] = []  # of what was asked of a meter's memory

    async def __aenter__(self) -> Self:
        await self._client.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with unharmed("not_disconnected"):
            await self._client.disconnect()

    async def identify(self) -> Device:
        """The device by its address, with what it says about itself."""
        return Device(
            identifier=self._client.address.upper(),
            manufacturer=await self._text(MANUFACTURER),
            model=await self._text(MODEL),
        )

    async def clock_offset(self, zone: tzinfo) -> timedelta | None:
        """The device's clock minus ours; None where it does not tell the time."""
        raw = await self._read(CURRENT_TIME)
        now = self._now()
        try:
            device_now = None if raw is None else decode_current_time(raw).clock
        except DecodeError as error:
            logger.warning("clock_unreadable device=%s reason=%r", self._client.address, str(error))
            return None
        return None if device_now is None else clock.offset(device_now, now, zone)

    async def read(self, connected: Connected, outbox: Outbox, kept: Callable[[], None]) -> None:
        """Keep everything that the device hands over until it goes, is quiet, or has sent all its records.

        Raises SessionError, BleakError, and whatever the outbox raises.
        """
        intake = Intake(connected.device.identifier, outbox, kept)
        intake.begin(connected)
        offered = [number for number in MEASUREMENTS if self._offers(number)]
        try:
            for number in offered:
                await self._listen(number, partial(self._capture, intake, number))
            if self._offers(RECORD_ACCESS):
                await self._listen(RECORD_ACCESS, self._on_outcome)
                await self._read_records(intake, outbox, connected.device.identifier)
            if BLOOD_PRESSURE in offered or WEIGHT in offered:
                await self._until(lambda: False)
        finally:
            intake.finish()

    async def _read_records(self, intake: Intake, outbox: Outbox, device: str) -> None:
        """Ask a meter for what is new; for everything, if its memory does not begin where it last ended."""
        last = outbox.last_record(device)
        outcome = await self._ask(report_from(last[0]) if last else report_all())
        if last and intake.records.get(last[0]) != last[1]:
            outcome = await self._ask(report_all())
        if outcome not in (Outcome.SUCCESS, Outcome.NO_RECORDS):
            raise SessionError(f"asked for its records, the meter answered {outcome.name}")
        intake.finish()
        for sequence, raw in list(intake.records.items())[-1:]:
            outbox.set_last_record(device, sequence, raw)

    async def _ask(self, request: bytes) -> Outcome:
        self._outcomes.clear()
        await self._client.write_gatt_char(normalize_uuid_16(RECORD_ACCESS), request, response=True)
        if not await self._until(lambda: bool(self._outcomes)):
            raise SessionError("the meter did not finish sending its records")
        return self._outcomes[-1]

    async def _until(self, done: Callable[[], bool]) -> bool:
        """Wait; False when the device is gone, or quiet for too long, before it is `done`."""
        while not done():
            if self._failure is not None:
                raise self._failure
            if self._gone:
                return False
            self._news.clear()
            try:
                async with asyncio.timeout(QUIET_FOR_S):
                    await self._news.wait()
            except TimeoutError:
                return False
        return True

    async def _listen(self, number: int, take: Callable[[bytes], None]) -> None:
        def on_value(_: BleakGATTCharacteristic, value: bytearray) -> None:
            self._news.set()
            try:
                take(bytes(value))
            except BaseException as error:  # the Bluetooth library logs it and goes on; this session must not
                self._failure = error
                raise

        # With AcquireNotify the end of a meter's records overtakes the records.
        await self._client.start_notify(normalize_uuid_16(number), on_value, bluez={"use_start_notify": True})

    def _capture(self, intake: Intake, number: int, raw: bytes) -> None:
        intake.take(Capture(number, raw, self._now()))

    def _on_outcome(self, raw: bytes) -> None:
        try:
            answer = decode_record_access(raw)
        except DecodeError as error:
            raise SessionError(f"the meter's answer cannot be read: {error}") from error
        if isinstance(answer, RecordAccessOutcome):
            self._outcomes.append(answer.outcome)

    def _on_gone(self, _: BleakClient) -> None:
        self._gone = True
        self._news.set()

    def _offers(self, number: int) -> bool:
        return self._client.services.get_characteristic(normalize_uuid_16(number)) is not None

    async def _read(self, number: int) -> bytes | None:
        if not self._offers(number):
            return None
        try:
            return bytes(await self._client.read_gatt_char(normalize_uuid_16(number)))
        except BleakError as error:
            logger.info(
                "not_read device=%s characteristic=%04X reason=%r", self._client.address, number, str(error)
            )
            return None

    async def _text(self, number: int) -> str | None:
        raw = await self._read(number)
        try:
            text = None if raw is None else decode_device_text(raw).text
        except DecodeError:
            return None
        return None if text is None else "".join(filter(str.isprintable, text))[:MAX_TEXT] or None
