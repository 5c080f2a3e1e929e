"""GattCharacteristic1 of a connected device (BlueZ doc/gatt-api).

A value reaches clients only while one of them has called StartNotify (then all of them see the signal)
or one holds the socket of AcquireNotify. The device cannot tell: BlueZ confirms every indication.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol

from dbus_fast import Variant

from simulators.bluez.peripheral import AttError, AttStatus, Characteristic, Peripheral
from simulators.bluez.tree import BlueZError, Call, Interface, ObjectTree, Reply

CHARACTERISTIC = "org.bluez.GattCharacteristic1"
MTU = 185
ROUND_TRIP_S = 0.02  # a request and its response, each in a connection event of its own
SOCKET_LAG_S = 0.02  # seen: an answer on the bus overtook 67 to 94 of 100 values on the socket


class Session(Protocol):
    """What a characteristic has to know of its device's connection."""

    @property
    def peripheral(self) -> Peripheral: ...

    @property
    def connected(self) -> bool: ...

    @property
    def encrypted(self) -> bool: ...

    async def pair_unasked(self) -> None: ...

    def drops(self) -> bool: ...


class RemoteCharacteristic:
    """A device's characteristic, as clients see it. Clients that notify stay known when the link drops."""

    def __init__(self, session: Session, tree: ObjectTree, path: str, characteristic: Characteristic) -> None:
        self.characteristic = characteristic
        self._session = session
        self._tree = tree
        self._path = path
        self._notified: set[str] = set()
        self._socket: socket.socket | None = None

    def interface(self, service_path: str) -> Interface:
        properties = {
            "UUID": Variant("s", self.characteristic.uuid),
            "Service": Variant("o", service_path),
            "Value": Variant("ay", b""),
            "Flags": Variant("as", list(self.characteristic.flags)),
            "MTU": Variant("q", MTU),
        }
        if self.characteristic.pushes:
            properties["Notifying"] = Variant("b", False)
        if "notify" in self.characteristic.flags:  # what indicates has no socket
            properties["NotifyAcquired"] = Variant("b", False)
        methods = {
            "ReadValue": self._read,
            "WriteValue": self._write,
            "StartNotify": self._start_notify,
            "StopNotify": self._stop_notify,
            "AcquireNotify": self._acquire_notify,
        }
        return Interface(CHARACTERISTIC, properties, methods)

    def deliver(self, value: bytes) -> None:
        """Pass on what the device notified or indicated, if anybody listens."""
        if self._socket is not None:
            asyncio.get_running_loop().call_later(SOCKET_LAG_S, self._send_late, self._socket, value)
        elif self._notified:
            self._show(Value=Variant("ay", value))

    def _send_late(self, acquired: socket.socket, value: bytes) -> None:
        if acquired is self._socket:
            acquired.send(value)

    def link_ready(self) -> None:
        """The device is connected again: subscribe anew for the clients that never stopped."""
        if self._notified:
            self._subscribe(on=True)

    def link_lost(self) -> None:
        self._close_socket()
        if self.characteristic.pushes:
            self._show(Notifying=Variant("b", False))

    def forget(self, client: str) -> None:
        """A client has left the bus."""
        if client in self._notified:
            self._remove_client(client)

    async def _read(self, _call: Call) -> Reply:
        self._check_access()
        if self.characteristic.read is None:
            raise BlueZError("NotSupported", "Operation is not supported")
        await asyncio.sleep(ROUND_TRIP_S)
        self._check_access()
        try:
            value = self.characteristic.read()
        except AttError as error:
            raise _refusal(error) from error
        self._show(Value=Variant("ay", value))
        return Reply("ay", [value])

    async def _write(self, call: Call) -> Reply:
        self._check_access()
        if self.characteristic.write is None:
            raise BlueZError("NotSupported", "Operation is not supported")
        try:
            self.characteristic.write(bytes(call.arguments[0]))
        except AttError as error:
            raise _refusal(error) from error
        return Reply()

    async def _start_notify(self, call: Call) -> Reply:
        self._check_pushes()
        if self._socket is not None:
            raise BlueZError("NotPermitted", "Notify acquired")
        if call.sender in self._notified:
            raise BlueZError("InProgress", "Operation already in progress")
        if self._session.connected:
            await self._check_subscription()
            self._subscribe(on=True)
        self._notified.add(call.sender)  # while the device is away: for as soon as it is back
        return Reply()

    async def _stop_notify(self, call: Call) -> Reply:
        if call.sender not in self._notified:
            raise BlueZError("Failed", "No notify session started")
        self._remove_client(call.sender)
        return Reply()

    async def _acquire_notify(self, _call: Call) -> Reply:
        self._check_pushes()
        self._check_access()
        if self._socket is not None or self._notified:
            raise BlueZError("NotPermitted", "Notify acquired")
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._released)
        self._show(NotifyAcquired=Variant("b", True))
        self._session.peripheral.subscription(self.characteristic, on=True)
        return Reply("hq", [0, MTU], [theirs.detach()])

    def _released(self) -> None:
        """The client has closed its end of the socket."""
        self._close_socket()
        if self._session.connected:
            self._session.peripheral.subscription(self.characteristic, on=False)

    def _close_socket(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
            self._show(NotifyAcquired=Variant("b", False))

    def _remove_client(self, client: str) -> None:
        self._notified.remove(client)
        if not self._notified and self._session.connected:
            self._subscribe(on=False)

    def _subscribe(self, *, on: bool) -> None:
        self._session.peripheral.subscription(self.characteristic, on=on)
        self._show(Notifying=Variant("b", on))

    def _check_access(self) -> None:
        if not self._session.connected:
            raise BlueZError("Failed", "Not connected")
        self._session.peripheral.accessed()
        if self.characteristic.protected and not self._session.encrypted:
            raise _refusal(AttError(AttStatus.INSUFFICIENT_AUTHENTICATION))

    async def _check_subscription(self) -> None:
        """BlueZ answers a stranger only when the pairing that it began by itself has ended, with the link."""
        if self.characteristic.protected and not self._session.encrypted:
            await self._session.pair_unasked()
            raise _refusal(AttError(AttStatus.UNLIKELY_ERROR))
        self._check_access()
        if self._session.drops():
            raise _refusal(AttError(AttStatus.UNLIKELY_ERROR))

    def _check_pushes(self) -> None:
        if not self.characteristic.pushes:
            raise BlueZError("NotSupported", "Operation is not supported")

    def _show(self, **properties: Variant) -> None:
        self._tree.change(self._path, CHARACTERISTIC, **properties)


def _refusal(error: AttError) -> BlueZError:
    """As bluetoothd translates a device's refusal (create_gatt_dbus_error in its src/gatt-client.c)."""
    match error.status:
        case AttStatus.INSUFFICIENT_AUTHENTICATION:
            return BlueZError("NotPermitted", "Not paired")
        case AttStatus.INVALID_LENGTH:
            return BlueZError("InvalidArguments", "Invalid Length")
        case AttStatus.CCCD_IMPROPERLY_CONFIGURED:
            return BlueZError("ImproperlyConfigured", "Client configuration is missing")
        case _:
            return BlueZError("Failed", f"Operation failed with ATT error: 0x{error.status:02x}")
