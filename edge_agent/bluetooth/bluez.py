"""Our own connection to bluetoothd, which outlives every connection to a device.

bleak opens one for each device and closes it with the link. A bonded device that has something to tell does
so as soon as it is linked: BlueZ confirms it, the device deletes it, and it reaches only who is subscribed
already. So what is subscribed to is subscribed to here, once, and stays so while the device sleeps.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError
from dbus_fast.unpack import unpack_variants

from edge_agent.bluetooth.errors import BluetoothLost, BlueZError
from edge_agent.bluetooth.objects import ADAPTER, CHARACTERISTIC, DEVICE, Objects, RemoteDevice

SERVICE: Final = "org.bluez"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
OBJECT_MANAGER: Final = "org.freedesktop.DBus.ObjectManager"
DBUS: Final = "org.freedesktop.DBus"
DISCONNECT_WITHIN_S: Final = 5.0
_SIGNALS: Final = (
    f"type='signal',sender='{SERVICE}',interface='{PROPERTIES}',path_namespace='/org/bluez'",
    f"type='signal',sender='{SERVICE}',interface='{OBJECT_MANAGER}'",
    f"type='signal',sender='{DBUS}',member='NameOwnerChanged',arg0='{SERVICE}'",
)
_ALREADY: Final = {"InProgress", "AlreadyConnected", "AlreadyExists"}

Hear = Callable[[int, bytes], None]
"""Takes a characteristic's 16-bit number and the value that it told."""
Overhear = Callable[[RemoteDevice, int, bytes], None]
"""Takes what a device told while nobody was listening to it."""
Answer = Callable[[str], Awaitable[tuple[str, list[object]]]]
"""What a method answers, by its name: a D-Bus signature and what it describes."""


class BlueZ:
    """What bluetoothd shows, kept up to date by its signals, and what it can be asked to do.

    Methods raise BlueZError, and BluetoothLost once it is gone.
    """

    def __init__(self, bus: MessageBus, overhear: Overhear) -> None:
        self.objects = Objects()
        self.changed = asyncio.Event()  # a device came, went, or was paired
        self._bus = bus
        self._overhear = overhear
        self._listeners: dict[str, Hear] = {}  # by the device's path
        self._answers: dict[str, Answer] = {}  # by interface
        self._answering: set[asyncio.Task[None]] = set()
        self._subscribed: dict[str, tuple[str, int]] = {}  # a characteristic's path: device's path, number
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        bus.add_message_handler(self._on_message)

    async def begin(self) -> None:
        for rule in _SIGNALS:
            await self._call(DBUS, "/org/freedesktop/DBus", f"{DBUS}.AddMatch", "s", rule)
        (shown,) = await self.call("/", f"{OBJECT_MANAGER}.GetManagedObjects")
        for path, interfaces in shown.items():
            self.objects.add(path, unpack_variants(interfaces))

    async def watch(self) -> None:
        """Never returns. Raises BluetoothLost when bluetoothd or the bus goes, or what a listener raised."""
        closed = asyncio.ensure_future(_closed(self._bus))
        await asyncio.wait({self._end, closed}, return_when=asyncio.FIRST_COMPLETED)
        if self._end.done():  # `closed` goes on: cancelling it would cancel whoever else waits for that
            self._end.result()
        raise BluetoothLost("the message bus has closed")

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
                    await self.call(path, f"{CHARACTERISTIC}.StartNotify")
                except BlueZError as error:
                    if error.name not in _ALREADY:
                        self._subscribed.pop(path, None)  # gone already, if the device went meanwhile
                        raise
        return list(told.values())

    async def connect(self, device: str, within: float | None) -> None:
        """Connect, however long the device sleeps; raises TimeoutError after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                await self.call(device, f"{DEVICE}.Connect")
        except BlueZError as error:
            if error.name not in _ALREADY:
                raise
        except (TimeoutError, asyncio.CancelledError):
            await self.disconnect(device)  # or BlueZ goes on waiting for it
            raise

    async def disconnect(self, device: str) -> None:
        """Also gives up a connect that waits. What is gone already is no error."""
        with contextlib.suppress(BlueZError, TimeoutError):
            async with asyncio.timeout(DISCONNECT_WITHIN_S):
                await self.call(device, f"{DEVICE}.Disconnect")

    async def remove(self, device: RemoteDevice) -> None:
        """Forget the device and its bond."""
        await self.call(device.adapter, f"{ADAPTER}.RemoveDevice", "o", device.path)

    async def set(self, path: str, interface: str, name: str, value: Variant) -> None:
        await self.call(path, f"{PROPERTIES}.Set", "ssv", interface, name, value)

    async def call(self, path: str, member: str, signature: str = "", *body: object) -> list[Any]:
        """What bluetoothd answers to `member`, its interface in front: org.bluez.Device1.Connect."""
        return await self._call(SERVICE, path, member, signature, *body)

    @contextlib.contextmanager
    def answering(self, interface: str, answer: Answer) -> Iterator[None]:
        """Let bluetoothd call this interface of ours; BlueZError is an answer too."""
        self._answers[interface] = answer
        try:
            yield
        finally:
            del self._answers[interface]

    async def _call(
        self, destination: str, path: str, member: str, signature: str, *body: object
    ) -> list[Any]:
        interface, _, method = member.rpartition(".")
        reply = await self._bus.call(
            Message(
                destination=destination,
                path=path,
                interface=interface,
                member=method,
                signature=signature,
                body=list(body),
            )
        )
        if reply is None:
            raise BluetoothLost("the message bus has closed")
        if reply.message_type is MessageType.ERROR:
            raise BlueZError(str(reply.error_name), str(reply.body[0]) if reply.body else "")
        return reply.body

    async def _answer(self, question: Message) -> None:
        try:
            signature, body = await self._answers[str(question.interface)](str(question.member))
            reply = Message.new_method_return(question, signature, body)
        except BlueZError as error:
            reply = Message.new_error(question, f"org.bluez.Error.{error.name}", error.text)
        await self._bus.send(reply)

    def _on_message(self, message: Message) -> bool:
        """Whether it was a call for us."""
        if message.message_type is MessageType.SIGNAL and not self._end.done():
            self._on_signal(message)
        elif message.message_type is MessageType.METHOD_CALL and message.interface in self._answers:
            task = asyncio.create_task(self._answer(message))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
            return True
        return False

    def _on_signal(self, message: Message) -> None:
        match message.member, message.body:
            case "PropertiesChanged", [str(interface), changed, _]:
                self._on_changed(str(message.path), interface, unpack_variants(changed))
            case "InterfacesAdded", [str(path), interfaces]:
                self.objects.add(path, unpack_variants(interfaces))
                self.changed.set()
            case "InterfacesRemoved", [str(path), interfaces]:
                self.objects.remove(path, interfaces)
                self._subscribed.pop(path, None)
                self.changed.set()
            case "NameOwnerChanged", [str(name), _, ""] if name == SERVICE:
                self._end.set_exception(BluetoothLost("bluetoothd has gone"))

    def _on_changed(self, path: str, interface: str, changed: Mapping[str, Any]) -> None:
        self.objects.change(path, interface, changed)
        if interface == DEVICE and "Paired" in changed:
            self.changed.set()
        if interface == CHARACTERISTIC and "Value" in changed and path in self._subscribed:
            device, number = self._subscribed[path]
            try:
                self._tell(device, number, bytes(changed["Value"]))
            except Exception as error:  # the bus library logs it and goes on; the hub must not
                self._end.set_exception(error)
                raise

    def _tell(self, device: str, number: int, value: bytes) -> None:
        remote = self.objects.device(device)
        if device in self._listeners:
            self._listeners[device](number, value)
        elif remote is not None:
            self._overhear(remote, number, value)


@contextlib.asynccontextmanager
async def open_bluez(overhear: Overhear = lambda *_: None) -> AsyncIterator[BlueZ]:
    """A connection to bluetoothd. Raises BluetoothLost where there is none."""
    try:
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    except (OSError, DBusError, EOFError) as error:
        raise BluetoothLost(f"there is no system message bus: {error}") from error
    try:
        bluez = BlueZ(bus, overhear)
        try:
            await bluez.begin()
        except BlueZError as error:
            raise BluetoothLost(f"bluetoothd does not answer ({error})") from error
        yield bluez
    finally:
        bus.disconnect()
        await _closed(bus)


async def _closed(bus: MessageBus) -> None:
    """Return when the bus has closed, whatever closed it."""
    disconnected: Callable[[], Awaitable[None]] = bus.wait_for_disconnect  # the library leaves it untyped
    with contextlib.suppress(OSError, EOFError):
        await disconnected()
