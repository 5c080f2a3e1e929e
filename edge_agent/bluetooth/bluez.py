"""Our own connection to bluetoothd, which outlives every connection to a device.

bleak opens one for each device and closes it with the link. A bonded device that has something to tell does
so as soon as it is linked: BlueZ confirms it, the device deletes it, and it reaches only who is subscribed
already. So what is subscribed to is subscribed to here, once, and stays so while the device sleeps.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from typing import Any, Final, TypeVar

from dbus_fast import Message, Variant
from dbus_fast.unpack import unpack_variants

from edge_agent.bluetooth.errors import BluetoothLost, BlueZError, DeviceGone, LinkEnded
from edge_agent.bluetooth.lifetimes import LET_GO_WITHIN_S
from edge_agent.bluetooth.message_bus import (
    ANSWER_WITHIN_S,
    NO_ANSWER,
    Answer,
    SystemBus,
    method_call,
    open_system_bus,
)
from edge_agent.bluetooth.objects import ADAPTER, CHARACTERISTIC, DEVICE, Objects, RemoteDevice
from edge_agent.bluetooth.refusals import Meaning

SERVICE: Final = "org.bluez"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
OBJECT_MANAGER: Final = "org.freedesktop.DBus.ObjectManager"
DBUS: Final = "org.freedesktop.DBus"
GONE: Final = "it has disconnected"
_SIGNALS: Final = (
    f"type='signal',sender='{SERVICE}',interface='{PROPERTIES}',path_namespace='/org/bluez'",
    f"type='signal',sender='{SERVICE}',interface='{OBJECT_MANAGER}'",
    f"type='signal',sender='{DBUS}',member='NameOwnerChanged',arg0='{SERVICE}'",
)

Hear = Callable[[int, bytes], None]
"""Takes a characteristic's 16-bit number and the value that it told."""
Overhear = Callable[[RemoteDevice, int, bytes], None]
"""Takes what a device told while nobody was listening to it."""
Renewed = Callable[[str], None]
"""Takes the path of a device that is newly paired, or of an adapter that was switched on or off."""
T = TypeVar("T")


class BlueZ:
    """What bluetoothd shows, kept up to date by its signals, and what it can be asked to do.

    Methods raise BlueZError; DeviceGone and BluetoothLost where that ended what was asked; TimeoutError where
    bluetoothd hangs.
    """

    def __init__(self, bus: SystemBus, overhear: Overhear, renewed: Renewed) -> None:
        self.objects = Objects()
        self.changed = asyncio.Event()  # a device came, went, or was paired; an adapter was switched
        self.linked = asyncio.Event()  # some device was
        self._bus = bus
        self._overhear = overhear
        self._renewed = renewed
        self._listeners: dict[str, Hear] = {}  # by the device's path
        self._subscribed: dict[str, tuple[str, int]] = {}  # a characteristic's path: device's path, number

    async def begin(self) -> None:
        """Signals that come beside the answer are newer than it, and are heard after it."""
        signals: list[Message] = []
        self._bus.on_signal = signals.append
        for rule in _SIGNALS:
            add_match = method_call(DBUS, "/org/freedesktop/DBus", f"{DBUS}.AddMatch", "s", rule)
            await self._bus.call(add_match, ANSWER_WITHIN_S)
        (shown,) = await self.call("/", f"{OBJECT_MANAGER}.GetManagedObjects")
        for path, interfaces in shown.items():
            self.objects.add(path, unpack_variants(interfaces))
        for signal in signals:
            self._on_signal(signal)
        self._bus.on_signal = self._on_signal

    async def watch(self) -> None:
        """Never returns. Raises BluetoothLost when bluetoothd or the bus goes, or what a listener raised."""
        await self.during("/", self._bus.closed())
        raise BluetoothLost("the message bus has closed")

    async def during(self, path: str, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns, for which the object at `path` is needed. Raises DeviceGone, BluetoothLost."""
        return await self._bus.lifetimes.during(path, work)

    async def during_link(self, device: str, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns, for which the device is to stay linked. Raises LinkEnded, too."""
        remote = self.objects.device(device)
        if remote is None or not remote.connected:
            work.close()
            raise LinkEnded(GONE)
        return await self.during(_link(device), work)

    @contextlib.contextmanager
    def listening(self, device: str, hear: Hear) -> Iterator[None]:
        """Pass on to `hear` what the device tells of what is subscribed to."""
        self._listeners[device] = hear
        try:
            yield
        finally:
            del self._listeners[device]

    async def subscribe(self, device: str) -> list[int]:
        """Be told what the device measures, now and after each reconnection; the numbers of what that is.

        With StartNotify alone: through AcquireNotify the end of a meter's records overtakes the records.
        """
        told = self.objects.told_by(device)
        for path, number in told.items():
            if path not in self._subscribed:
                self._subscribed[path] = (device, number)  # it may speak before the answer is here
                try:
                    await self._start_notify(path)
                except BaseException:  # also one that ends the wait for the answer: to be asked for again
                    self._subscribed.pop(path, None)  # gone already, if the device went meanwhile
                    raise
        return list(told.values())

    async def _start_notify(self, characteristic: str) -> None:
        try:
            await self.call(characteristic, f"{CHARACTERISTIC}.StartNotify")
        except BlueZError as error:
            if error.meaning not in (Meaning.ALREADY, Meaning.UNDER_WAY):
                raise

    async def disconnect(self, device: str) -> None:
        """Also gives up a connect that waits. What is gone already is no error."""
        with contextlib.suppress(BlueZError, BluetoothLost, DeviceGone, TimeoutError):
            await self.call(device, f"{DEVICE}.Disconnect", within=LET_GO_WITHIN_S)

    async def remove(self, device: RemoteDevice) -> None:
        """Forget the device and its bond. Who waits for it is told by Disconnect, not by RemoveDevice."""
        await self.disconnect(device.path)
        await self.call(device.adapter, f"{ADAPTER}.RemoveDevice", "o", device.path)

    async def look(self, path: str) -> RemoteDevice | None:
        """The device as it is now. Signals of it, of its address for one, may still be on their way."""
        (properties,) = await self.call(path, f"{PROPERTIES}.GetAll", "s", DEVICE)
        self.objects.change(path, DEVICE, unpack_variants(properties))
        return self.objects.device(path)

    async def set(self, path: str, interface: str, name: str, value: Variant) -> None:
        await self.call(path, f"{PROPERTIES}.Set", "ssv", interface, name, value)

    async def call(
        self, path: str, member: str, signature: str = "", *body: object, within: float = ANSWER_WITHIN_S
    ) -> list[Any]:
        """What bluetoothd answers to `member`, its interface in front: org.bluez.Device1.Connect."""
        return await self._bus.call(method_call(SERVICE, path, member, signature, *body), within)

    def answering(self, interface: str, answer: Answer) -> contextlib.AbstractContextManager[None]:
        """Let bluetoothd call this interface of ours; BlueZError is an answer too."""
        return self._bus.answering(interface, answer)

    def _on_signal(self, message: Message) -> None:
        match message.member, message.body:
            case "PropertiesChanged", [str(interface), changed, _]:
                self._on_changed(str(message.path), interface, unpack_variants(changed))
            case "InterfacesAdded", [str(path), interfaces]:
                self.objects.add(path, unpack_variants(interfaces))
                self.changed.set()
            case "InterfacesRemoved", [str(path), interfaces]:
                self.objects.remove(path, interfaces)
                if path not in self.objects:
                    self._on_gone(path)
            case "NameOwnerChanged", [str(name), _, ""] if name == SERVICE:
                self._bus.lifetimes.end_all(BluetoothLost("bluetoothd has gone"))

    def _on_gone(self, path: str) -> None:
        self._subscribed.pop(path, None)
        self._bus.lifetimes.end(path, DeviceGone("it was removed"))
        self.changed.set()

    def _on_changed(self, path: str, interface: str, changed: Mapping[str, Any]) -> None:
        self.objects.change(path, interface, changed)
        if interface == ADAPTER and "Powered" in changed:
            self._on_switched(path, on=changed["Powered"])
        elif interface == DEVICE:
            self._on_device_changed(path, changed)
        elif interface == CHARACTERISTIC and "Value" in changed and path in self._subscribed:
            self._on_value(*self._subscribed[path], bytes(changed["Value"]))

    def _on_switched(self, adapter: str, *, on: bool) -> None:
        if not on:
            self._bus.lifetimes.end_below(adapter, DeviceGone("the adapter was switched off"))
        self._renewed(adapter)
        self.changed.set()

    def _on_device_changed(self, device: str, changed: Mapping[str, Any]) -> None:
        if changed.get("Connected"):
            self.linked.set()
        elif "Connected" in changed:
            self._bus.lifetimes.end(_link(device), LinkEnded(GONE))
        if "Paired" in changed:
            self._renewed(device)
            self.changed.set()

    def _on_value(self, device: str, number: int, value: bytes) -> None:
        try:
            self._tell(device, number, value)
        except Exception as error:  # the bus library logs it and goes on; the hub must not
            self._bus.lifetimes.end_all(error)
            raise

    def _tell(self, device: str, number: int, value: bytes) -> None:
        remote = self.objects.device(device)
        if device in self._listeners:
            self._listeners[device](number, value)
        elif remote is not None:
            self._overhear(remote, number, value)


def _link(device: str) -> str:
    """As if it were an object below the device's: it ends with that."""
    return f"{device}/link"


@contextlib.asynccontextmanager
async def open_bluez(
    overhear: Overhear = lambda *_: None, renewed: Renewed = lambda _: None
) -> AsyncIterator[BlueZ]:
    """A connection to bluetoothd. Raises BluetoothLost where there is none."""
    async with open_system_bus() as bus:
        bluez = BlueZ(bus, overhear, renewed)
        try:
            await bluez.begin()
        except (BlueZError, TimeoutError) as error:
            raise BluetoothLost(NO_ANSWER.format(error)) from error
        yield bluez
