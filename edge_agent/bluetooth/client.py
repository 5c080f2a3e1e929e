"""A connected device, asked about itself through bleak."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta, tzinfo
from types import TracebackType
from typing import Any, Final, NamedTuple, Self, TypeVar

from bleak import BleakClient
from bleak.exc import BleakError
from bleak.uuids import normalize_uuid_16

from edge_agent import device_clocks
from edge_agent.bluetooth.bluez import BlueZ
from edge_agent.bluetooth.errors import LinkEnded, unharmed
from edge_agent.bluetooth.lifetimes import LET_GO_WITHIN_S
from edge_agent.bluetooth.message_bus import answer_within
from edge_agent.bluetooth.objects import RemoteDevice
from edge_agent.gatt.current_time import (
    decode_current_time,
    decode_date_time,
    encode_current_time,
    encode_date_time,
)
from edge_agent.gatt.device_information import decode_battery_level, decode_device_text
from edge_agent.gatt.measurement import DecodeError
from edge_agent.profiles.products import CURRENT_TIME, DATE_TIME
from edge_agent.wire.messages import Device

logger = logging.getLogger(__name__)

MANUFACTURER: Final = 0x2A29
MODEL: Final = 0x2A24
BATTERY: Final = 0x2A19
RESOLVE_WITHIN_S: Final = 20.0
MAX_TEXT: Final = 120
T = TypeVar("T")


class _Clock(NamedTuple):
    decode: Callable[[bytes], datetime | None]
    encode: Callable[[datetime], bytes]


_CLOCKS: Final[Mapping[int, _Clock]] = {
    CURRENT_TIME: _Clock(lambda raw: decode_current_time(raw).clock, encode_current_time),
    DATE_TIME: _Clock(decode_date_time, encode_date_time),
}


class Client:
    """Its services are known within `async with`; entering raises BleakError, LinkEnded, TimeoutError or
    OSError.

    What a device does not offer, does not allow or says wrongly, is None. Whatever waits for it raises
    DeviceGone or BluetoothLost once there is nothing to wait for.
    """

    def __init__(self, bluez: BlueZ, remote: RemoteDevice, on_gone: Callable[[], None]) -> None:
        self._bluez = bluez
        self._remote = remote
        self._on_gone = on_gone
        self._client = BleakClient(remote.handle, lambda _: on_gone(), timeout=RESOLVE_WITHIN_S)

    async def __aenter__(self) -> Self:
        """Of a device that is linked: of one that has gone, bleak would wait for the next link."""
        try:
            await self._bluez.during_link(self._remote.path, self._client.connect())
        except LinkEnded:
            self._on_gone()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with unharmed("not_disconnected"):
            async with answer_within(LET_GO_WITHIN_S):
                await self._client.disconnect()

    def offers(self, number: int) -> bool:
        return self._client.services.get_characteristic(normalize_uuid_16(number)) is not None

    async def identify(self) -> Device:
        """The device by its address, with what it says about itself."""
        return Device(
            identifier=self._remote.address,
            manufacturer=await self._text(MANUFACTURER),
            model=await self._text(MODEL),
        )

    async def battery_percent(self) -> int | None:
        raw = await self._read(BATTERY)
        try:
            return None if raw is None else decode_battery_level(raw).percent
        except DecodeError as error:
            logger.info("battery_unreadable device=%s reason=%r", self._remote.address, str(error))
            return None

    async def clock_offset(
        self, clock_number: int, now: Callable[[], datetime], zone: tzinfo
    ) -> timedelta | None:
        """The device's clock minus ours, both read at the same time."""
        raw = await self._read(clock_number)
        hub_now = now()
        try:
            device_now = None if raw is None else _CLOCKS[clock_number].decode(raw)
        except DecodeError as error:
            logger.warning("clock_unreadable device=%s reason=%r", self._remote.address, str(error))
            return None
        return None if device_now is None else device_clocks.offset(device_now, hub_now, zone)

    async def set_clock(self, clock_number: int, shown: datetime) -> None:
        """Let the device show this local time. Raises BleakError where it does not let itself be set."""
        await self.write(clock_number, _CLOCKS[clock_number].encode(shown))

    async def write(self, number: int, value: bytes) -> None:
        """Raises BleakError."""
        await self._during(self._client.write_gatt_char(normalize_uuid_16(number), value, response=True))

    async def _during(self, work: Coroutine[Any, Any, T]) -> T:
        return await self._bluez.during(self._remote.path, work)

    async def _read(self, number: int) -> bytes | None:
        if not self.offers(number):
            return None
        try:
            return bytes(await self._during(self._client.read_gatt_char(normalize_uuid_16(number))))
        except BleakError as error:
            if not self._client.is_connected:
                raise
            logger.info(
                "not_read device=%s characteristic=%04X reason=%r", self._remote.address, number, str(error)
            )
            return None

    async def _text(self, number: int) -> str | None:
        raw = await self._read(number)
        try:
            text = None if raw is None else decode_device_text(raw).text
        except DecodeError:
            return None
        return None if text is None else "".join(filter(str.isprintable, text))[:MAX_TEXT] or None
