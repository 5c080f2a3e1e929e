"""Virtual devices: they sleep, wake, advertise, are connected to, hand over what they hold, and go."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData, ProtocolError
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import Address, HCI_LE_Set_Random_Address_Command
from bumble.host import Host
from bumble.keys import MemoryKeyStore
from bumble.transport.common import AsyncPipeSink

from simulators.devices.encoders import current_time
from tests.radio.guest.controller import Air, HubController
from tests.radio.guest.security import Security, pairing_config

Properties, Permissions = Characteristic.Properties, Characteristic.Permissions
ADVERTISING_MS = 150
SUBSCRIBED_WITHIN_S = 60.0
STEP_S = 0.02


@dataclass(frozen=True)
class Around:
    """The hub's adapter, and the air."""

    hub: HubController
    air: Air


class Peripheral:
    """A device. `wake` lets it advertise until it was connected to and that has ended."""

    services: Mapping[int, Sequence[Characteristic[bytes]]] = {}

    def __init__(
        self, around: Around, name: str, address: str, security: Security, *, is_private: bool = False
    ) -> None:
        self.name = name
        self.address = address
        self.is_private = is_private
        self.passkey: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.sessions = 0
        self.woke_at = self.connected_at = 0.0
        self.clock_ahead = timedelta(0)
        self.clock_was_set = False
        self.connection: Connection | None = None
        self._security = security
        self._hub = around.hub
        self._is_ready_to_pair = False
        self._encrypted = asyncio.Event()
        self._asleep = asyncio.Event()
        self._switching = asyncio.Lock()  # between advertising and silence
        self._tasks: set[asyncio.Task[None]] = set()
        self._controller = Controller(name, link=around.air)
        self._device = Device(
            config=_configuration(name, address, is_private=is_private),
            host=Host(self._controller, AsyncPipeSink(self._controller)),
        )
        self._device.keystore = MemoryKeyStore()
        self._device.pairing_config_factory = lambda _: pairing_config(security, self._shows)
        self._device.on("connection", self._on_connection)

    async def begin(self) -> None:
        """Switch it on, asleep."""
        named = [_readable(0x2A29, b"Virtual"), _readable(0x2A24, self.name.encode())]
        offered = [
            Service(uuid16(0x180A), named),
            Service(uuid16(0x180F), [_readable(0x2A19, b"\x4b")]),
            *(
                Service(uuid16(number), list(characteristics))
                for number, characteristics in self.services.items()
            ),
        ]
        self._device.add_services(offered)
        if self._security is not Security.NONE:
            for attribute in self._device.gatt_server.attributes:
                if attribute.type == uuid16(0x2902):
                    attribute.permissions |= self._security.value
        await self._device.power_on()
        self._asleep.set()

    async def wake(self, *, is_ready_to_pair: bool = False, has_new_address: bool = False) -> None:
        """Advertise: limited-discoverable to pair, else not discoverable, as devices do that are paired."""
        if has_new_address:
            await self._take_new_address()
        self._asleep.clear()
        self._is_ready_to_pair = is_ready_to_pair
        self.woke_at = asyncio.get_running_loop().time()
        self._device.advertising_data = self._advertised(
            limited=is_ready_to_pair, general=self._security is Security.NONE
        )
        await self._advertise()

    async def sleep(self) -> None:
        """Stop whatever it is doing."""
        self._is_ready_to_pair = False
        if self.connection is not None:
            with suppress(TimeoutError, ProtocolError):  # the hub was first
                async with asyncio.timeout(3):
                    await self.connection.disconnect()
        await self._be_quiet()
        self._asleep.set()

    async def gone(self, within_s: float) -> bool:
        """Whether it has been connected to, has done what it had to, and sleeps."""
        try:
            async with asyncio.timeout(within_s):
                await self._asleep.wait()
        except TimeoutError:
            return False
        return True

    def reset(self) -> None:
        """It knows no bond any more."""
        self._device.keystore = MemoryKeyStore()
        self.passkey = asyncio.get_running_loop().create_future()

    def lose_link(self) -> None:
        """It is carried out of reach."""
        self._hub.lose(self._controller.random_address)

    async def speak(self, connection: Connection) -> None:
        """What it does while it is connected to."""
        raise NotImplementedError

    async def is_subscribed(self, connection: Connection, characteristic: Characteristic[bytes]) -> bool:
        """Wait for a subscription; False: the hub did not want to hear it."""
        deadline = asyncio.get_running_loop().time() + SUBSCRIBED_WITHIN_S
        while asyncio.get_running_loop().time() < deadline:
            subscribed = self._device.gatt_server.subscribers.get(connection) or {}
            if any(subscribed.get(characteristic.handle, b"")):
                return True
            await asyncio.sleep(STEP_S)
        return False

    async def encrypted(self) -> None:
        """Wait until the link is, where the device asks for it."""
        if self._security is not Security.NONE:
            await self._encrypted.wait()

    def clock(self) -> Sequence[Characteristic[bytes]]:
        """Its Current Time (0x2A2B), which the hub may set once the link is safe."""
        writable = Permissions.READABLE | Permissions.WRITEABLE
        if self._security is not Security.NONE:
            writable |= Permissions.WRITE_REQUIRES_ENCRYPTION
        value: CharacteristicValue[bytes] = CharacteristicValue(read=self._tell_time, write=self._set_clock)
        return [Characteristic(uuid16(0x2A2B), Properties.READ | Properties.WRITE, writable, value)]

    def now(self) -> datetime:
        """By its own clock."""
        return datetime.now().astimezone().replace(tzinfo=None) + self.clock_ahead

    def _tell_time(self, _connection: Connection) -> bytes:
        return current_time(self.now())

    def _set_clock(self, _connection: Connection, _value: bytes) -> None:
        self.clock_was_set = True
        self.clock_ahead = timedelta(0)

    def _shows(self, number: int) -> None:
        """The number of the latest pairing, perhaps one that the hub began by itself."""
        if self.passkey.done():
            self.passkey = asyncio.get_running_loop().create_future()
        self.passkey.set_result(number)

    def _advertised(self, *, limited: bool, general: bool) -> bytes:
        flags = AdvertisingData.BR_EDR_NOT_SUPPORTED_FLAG
        if limited:
            flags |= AdvertisingData.LE_LIMITED_DISCOVERABLE_MODE_FLAG
        elif general:
            flags |= AdvertisingData.LE_GENERAL_DISCOVERABLE_MODE_FLAG
        numbers = b"".join(number.to_bytes(2, "little") for number in self.services if number != 0x1805)
        fields: list[tuple[int, bytes]] = [
            (AdvertisingData.FLAGS, bytes([flags])),
            (AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, numbers),
            (AdvertisingData.COMPLETE_LOCAL_NAME, self.name.encode()),
        ]
        return bytes(AdvertisingData(fields))

    async def _advertise(self) -> None:
        async with self._switching:
            await self._stop()
            await self._device.start_advertising(
                advertising_interval_min=ADVERTISING_MS,
                advertising_interval_max=ADVERTISING_MS,
                auto_restart=False,
            )

    async def _be_quiet(self) -> None:
        async with self._switching:
            await self._stop()

    async def _stop(self) -> None:
        try:
            await self._device.stop_advertising()
        except KeyError:  # stopped twice
            self._device.legacy_advertising_set = None

    async def _take_new_address(self) -> None:
        address = Address.generate_private_address(self._device.irk)
        self._device.random_address = address
        await self._device.send_sync_command(HCI_LE_Set_Random_Address_Command(random_address=address))

    def _on_connection(self, connection: Connection) -> None:
        self.connection = connection
        self.sessions += 1
        self.connected_at = asyncio.get_running_loop().time()
        self._encrypted.clear()
        connection.on("connection_encryption_change", lambda *_: self._on_encryption(connection))
        speaking = self._spawn(self._speak(connection))
        connection.on("disconnection", lambda *_: self._on_disconnection(speaking))

    def _on_encryption(self, connection: Connection) -> None:
        if connection.encryption:
            self._encrypted.set()

    def _on_disconnection(self, speaking: asyncio.Task[None]) -> None:
        self.connection = None
        speaking.cancel()
        self._spawn(self._after_session())

    async def _after_session(self) -> None:
        await self._be_quiet()
        keys = self._device.keystore
        if self._is_ready_to_pair and keys is not None and not await keys.get_all():
            await self._advertise()  # still in its pairing mode
        else:
            self._asleep.set()

    async def _speak(self, connection: Connection) -> None:
        with suppress(asyncio.CancelledError):
            await self.speak(connection)

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _configuration(name: str, address: str, *, is_private: bool) -> DeviceConfiguration:
    config = DeviceConfiguration()
    config.name = name
    config.address = Address(address)
    config.le_privacy_enabled = is_private
    config.le_rpa_timeout = 0  # a new address when we say so
    config.irk = bytes(number % 256 for number in range(sum(address.encode()), sum(address.encode()) + 16))
    return config


def uuid16(number: int) -> UUID:
    return UUID.from_16_bits(number)


def _readable(number: int, value: bytes) -> Characteristic[bytes]:
    return Characteristic(uuid16(number), Properties.READ, Permissions.READABLE, value)
