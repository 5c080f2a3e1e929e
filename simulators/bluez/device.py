"""Device1: a device that bluetoothd knows: its connection, bond and services (BlueZ doc/device-api)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from dbus_fast import Variant

from simulators.bluez.gatt import RemoteCharacteristic
from simulators.bluez.host import Host
from simulators.bluez.link import CONNECTION_INTERVAL_S, BluezLink
from simulators.bluez.peripheral import Characteristic, Peripheral
from simulators.bluez.services import show_services
from simulators.bluez.tree import BlueZError, Call, Interface, Reply

DEVICE = "org.bluez.Device1"
FORGOTTEN_AFTER_S = 30.0  # TemporaryTimeout of bluetoothd's main.conf, for devices without a bond
ABORTED = "le-connection-abort-by-local"  # what it says of nearly every Connect that failed
CANCELLED = "Cancelled"  # device_request_disconnect in its src/device.c


class Device:
    """A device that was discovered or bonded with, until it is removed."""

    def __init__(self, host: Host, peripheral: Peripheral, expired: Callable[[Device], None]) -> None:
        self.peripheral = peripheral
        self._host = host
        self._address = peripheral.address if self.paired else peripheral.on_air
        self.path = f"{host.path}/dev_{self._address.replace(':', '_')}"  # stays when the address does not
        self._expired = expired
        self._expiry: asyncio.TimerHandle | None = None
        self._link: BluezLink | None = None
        self._awaited: asyncio.Future[None] | None = None  # a Connect that waits for the device to advertise
        self._removed = False
        self._characteristics: list[RemoteCharacteristic] = []
        host.tree.add(self.path, self._interface())
        self._expire_later()

    @property
    def connected(self) -> bool:
        return self._link is not None

    @property
    def is_awaited(self) -> bool:
        return self._awaited is not None and not self._awaited.done()

    @property
    def paired(self) -> bool:
        """Whether this host has keys, whatever the device has."""
        return self.peripheral.address in self._host.bonds

    @property
    def encrypted(self) -> bool:
        return self.peripheral.bonded and self.paired

    def is_heard_from(self, peripheral: Peripheral) -> bool:
        return peripheral is self.peripheral and (self.paired or peripheral.on_air == self._address)

    def heard(self, *, rssi: int | None, connectable: bool) -> None:
        """An advertisement came in. `rssi` (dBm) is None if nobody discovers: it only completes a Connect.

        The radio does not initiate a connection while it scans: then a Connect waits on.
        """
        if connectable and self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)
        elif rssi is not None:
            self._expire_later()
            self._show(RSSI=Variant("n", rssi), **self._flags())

    def forget_client(self, client: str) -> None:
        for remote in self._characteristics:
            remote.forget(client)

    def disconnect(self, answer: str = CANCELLED) -> None:
        """End the connection, and a pending Connect with `answer`."""
        self._give_up(answer)
        self._unlink()

    async def pair_unasked(self) -> None:
        """As BlueZ does by itself where a device refuses a stranger: nobody answers, and the link ends."""
        link = self._link
        if link is None:
            return
        self.peripheral.pairing_began()
        ending = asyncio.get_running_loop().call_later(self._host.kernel.behaviour.pairing_s, link.close)
        try:
            await link.ended.wait()
        finally:
            ending.cancel()

    def drops(self) -> bool:
        """Whether the link has ended instead of what was asked."""
        if self._host.kernel.drops_link():
            self._unlink()
            return True
        return False

    def _give_up(self, answer: str) -> None:
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_exception(BlueZError("Failed", answer))

    def _time_out(self) -> None:
        if self._removed:
            return
        self._host.kernel.connects_given_up += 1
        self._give_up(ABORTED)

    def _unlink(self) -> None:
        if self._link is None:
            return
        self._link.open = False
        self._link.ended.set()
        self._link = None
        self._show(ServicesResolved=Variant("b", False))
        for remote in self._characteristics:
            remote.link_lost()
        self._show(Connected=Variant("b", False))
        self.peripheral.unlinked()
        self._expire_later()

    def remove(self) -> None:
        """Forget the device and, on this side only, its bond. A Connect that waits is never answered."""
        self._unlink()
        self._keep()
        self._removed = True
        self._host.bonds.discard(self.peripheral.address)
        self._host.tree.remove(self.path)

    async def _connect(self, _call: Call) -> Reply:
        await self._establish()
        return Reply()

    async def _disconnect(self, _call: Call) -> Reply:
        self.disconnect()
        return Reply()

    async def _pair(self, call: Call) -> Reply:
        if self.encrypted:
            raise BlueZError("AlreadyExists", "Already Exists")
        await self._establish()
        try:
            await self._authenticate(call.sender)
        except BlueZError:
            self.peripheral.pairing_ended(bonded=False)
            self.disconnect()
            raise
        if self._link is None:
            raise BlueZError("AuthenticationCanceled", "Authentication Canceled")
        self.peripheral.pairing_ended(bonded=True)
        self._host.bonds.add(self.peripheral.address)
        self._address = self.peripheral.address
        self._show(Address=Variant("s", self._address), Paired=Variant("b", True), Bonded=Variant("b", True))
        return Reply()

    async def _authenticate(self, client: str) -> None:
        """Just Works, or the passkey through an agent. Raises BlueZError."""
        self.peripheral.pairing_began()
        agent = self._host.agents.agent_for(client)
        if not self.peripheral.can_pair:
            raise BlueZError("AuthenticationFailed", "Authentication Failed")
        if self.peripheral.passkey is None:
            return
        if await self._host.agents.request_passkey(agent, self.path) != self.peripheral.passkey:
            raise BlueZError("AuthenticationFailed", "Authentication Failed")

    async def _establish(self) -> None:
        """Connect, if the device wakes before the kernel gives it up. Raises BlueZError."""
        if self._link is not None:
            return
        if not self._host.is_on():
            raise BlueZError("NotReady", "Resource Not Ready")
        if self._awaited is not None:
            raise BlueZError("Failed", "Operation already in progress")
        if self._host.kernel.behaviour.refuses_connects:
            self._host.kernel.connects_refused += 1
            raise BlueZError("Failed", ABORTED)
        self._keep()
        loop = asyncio.get_running_loop()
        self._awaited = loop.create_future()
        ending = loop.call_later(self._host.kernel.behaviour.connect_s, self._time_out)
        try:
            await self._awaited
        finally:
            ending.cancel()
            self._awaited = None
            self._expire_later()
        self._keep()
        self._link = BluezLink(self._deliver, self.disconnect)
        self._show(Connected=Variant("b", True))
        self.peripheral.linked(self._link)
        await asyncio.sleep(
            CONNECTION_INTERVAL_S * 2
        )  # a bonded device may indicate before its services are known
        if self._link is None:
            raise BlueZError("Failed", "le-connection-abort-by-remote")
        if self.paired and not self.peripheral.bonded:
            self._unlink()  # its side of the bond is gone: the link cannot be encrypted
            raise BlueZError("Failed", ABORTED)
        if not self._characteristics:
            self._characteristics = show_services(self, self._host.tree, self.path)
        for remote in self._characteristics:
            remote.link_ready()
        self._show(
            ServicesResolved=Variant("b", True),
            UUIDs=Variant("as", [service.uuid for service in self.peripheral.services]),
        )

    def _deliver(self, characteristic: Characteristic, value: bytes) -> None:
        for remote in self._characteristics:
            if remote.characteristic is characteristic:
                remote.deliver(value)

    def _expire_later(self) -> None:
        self._keep()
        if self._link is None and self._awaited is None and not (self.paired or self._removed):
            loop = asyncio.get_running_loop()
            self._expiry = loop.call_later(FORGOTTEN_AFTER_S, self._expired, self)

    def _keep(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None

    def _trust(self, trusted: bool) -> None:
        self._show(Trusted=Variant("b", trusted))

    def _show(self, **properties: Variant) -> None:
        self._host.tree.change(self.path, DEVICE, **properties)

    def _flags(self) -> dict[str, Variant]:
        if not self._host.kernel.behaviour.shows_flags:
            return {}
        return {"AdvertisingFlags": Variant("ay", bytes([self.peripheral.flags]))}

    def _interface(self) -> Interface:
        properties = {
            "Address": Variant("s", self._address),
            "AddressType": Variant("s", "random"),
            "Name": Variant("s", self.peripheral.name),
            "Alias": Variant("s", self.peripheral.name),
            "Adapter": Variant("o", self._host.path),
            "Paired": Variant("b", self.paired),
            "Bonded": Variant("b", self.paired),
            "Trusted": Variant("b", self.paired),
            "Blocked": Variant("b", False),
            "LegacyPairing": Variant("b", False),
            "Connected": Variant("b", False),
            "ServicesResolved": Variant("b", False),
            "UUIDs": Variant("as", list(self.peripheral.advertised)),
            **self._flags(),
        }
        methods = {"Connect": self._connect, "Disconnect": self._disconnect, "Pair": self._pair}
        return Interface(DEVICE, properties, methods, {"Trusted": self._trust})
