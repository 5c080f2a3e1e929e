"""The devices there are: a cuff, a scale and a glucometer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue

from tests.radio.guest.peripheral import Around, Peripheral, Permissions, Properties, uuid16
from tests.radio.guest.security import Security

LINGERS_S = 2.0
BLOOD_PRESSURE_SERVICE = 0x1810


class Indicator(Peripheral):
    """A cuff or a scale: indicates what it holds, deletes what was confirmed, and goes."""

    def __init__(
        self,
        around: Around,
        name: str,
        address: str,
        security: Security,
        *,
        service: int,
        measurement: int,
        is_private: bool = False,
    ) -> None:
        super().__init__(around, name, address, security, is_private=is_private)
        self.memory: list[bytes] = []
        self.confirmed: list[bytes] = []
        self.confirmed_at: list[float] = []
        self.lingers_s = LINGERS_S
        self.early_s: float | None = None  # once bonded: so long after encryption, whoever listens
        self._was_paired = False
        self._measurement: Characteristic[bytes] = Characteristic(
            uuid16(measurement), Properties.INDICATE, Permissions.READABLE
        )
        clock = {0x1805: self.clock()} if service == BLOOD_PRESSURE_SERVICE else {}
        self.services = {service: [self._measurement], **clock}

    async def speak(self, connection: Connection) -> None:
        await self.encrypted()
        is_early = self.early_s is not None and self._was_paired
        if is_early:
            await asyncio.sleep(self.early_s or 0.0)
        while is_early or await self.is_subscribed(connection, self._measurement):
            self._was_paired = True
            if not self.memory:
                await asyncio.sleep(self.lingers_s)
                break
            value = self.memory[0]
            await self._device.gatt_server.indicate_subscriber(
                connection, self._measurement, value, force=is_early
            )
            self.confirmed.append(self.memory.pop(0))
            self.confirmed_at.append(asyncio.get_running_loop().time())
        await connection.disconnect()


class Meter(Peripheral):
    """A glucometer: numbered records, sent when asked for by the Record Access Control Point (0x2A52)."""

    def __init__(self, around: Around, name: str, address: str) -> None:
        super().__init__(around, name, address, Security.PASSKEY)
        self.records: dict[int, bytes] = {}
        self.pace_s = 0.0
        self.loses_link_after: int | None = None
        self.sent = 0
        self._measurement: Characteristic[bytes] = Characteristic(
            uuid16(0x2A18), Properties.NOTIFY, Permissions.READABLE
        )
        self._control: Characteristic[bytes] = Characteristic(
            uuid16(0x2A52),
            Properties.WRITE | Properties.INDICATE,
            Permissions.WRITEABLE | Permissions.WRITE_REQUIRES_AUTHENTICATION,
            CharacteristicValue(write=self._asked),
        )
        feature: Characteristic[bytes] = Characteristic(
            uuid16(0x2A51),
            Properties.READ,
            Permissions.READABLE | Permissions.READ_REQUIRES_AUTHENTICATION,
            b"\x00\x04",
        )
        self.services = {0x1808: [self._measurement, feature, self._control]}

    async def speak(self, connection: Connection) -> None:
        await asyncio.sleep(90)
        await connection.disconnect()

    def _asked(self, connection: Connection, request: bytes) -> None:
        """All records (operator 1), or those from a number on (operator 3, filter 1)."""
        first = 0 if request[1] == 1 else int.from_bytes(request[3:5], "little")
        self._spawn(self._report(connection, [self.records[n] for n in sorted(self.records) if n >= first]))

    async def _report(self, connection: Connection, records: Sequence[bytes]) -> None:
        self.sent = 0
        for record in records:
            if self.connection is not connection:
                return
            await self._device.gatt_server.notify_subscriber(connection, self._measurement, record)
            self.sent += 1
            if self.sent == self.loses_link_after:
                self.loses_link_after = None
                self.lose_link()
                return
            await asyncio.sleep(self.pace_s)
        answer = bytes([6, 0, 1, 1 if records else 6])
        await self._device.gatt_server.indicate_subscriber(connection, self._control, answer)


def a_cuff(around: Around, address: str, name: str = "Cuff", *, is_private: bool = False) -> Indicator:
    """Bonds without a number."""
    return Indicator(
        around,
        name,
        address,
        Security.JUST_WORKS,
        service=BLOOD_PRESSURE_SERVICE,
        measurement=0x2A35,
        is_private=is_private,
    )


def a_scale(around: Around, address: str) -> Indicator:
    """Wants no pairing."""
    return Indicator(around, "Scale", address, Security.NONE, service=0x181D, measurement=0x2A9D)
