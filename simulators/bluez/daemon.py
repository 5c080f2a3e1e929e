"""bluetoothd: owns the name `org.bluez`, answers calls, and takes its links with it when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from dbus_fast import Message, MessageType, NameFlag
from dbus_fast.aio import MessageBus

from simulators.bluez.adapter import Adapter
from simulators.bluez.agents import AgentManager
from simulators.bluez.host import Bonds
from simulators.bluez.kernel import Kernel
from simulators.bluez.peripheral import Peripheral
from simulators.bluez.tree import BusError, ObjectTree, Reply

_WATCH_CLIENTS = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'"


class _Server:
    """Takes calls off the bus, each in a task of its own: a Connect may wait for hours."""

    def __init__(self, bus: MessageBus) -> None:
        self.tree = ObjectTree(self._send)
        self.agents = AgentManager(bus.call)
        self._bus = bus
        self._calls: set[asyncio.Task[None]] = set()

    def receive(self, message: Message) -> bool:
        """Whether the message was for us (the others get the bus library's own answers)."""
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        if message.path not in ("/", AgentManager.PATH) and not str(message.path).startswith("/org/bluez/"):
            return False
        call = asyncio.create_task(self._answer(message))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        return True

    async def stop(self) -> None:
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _answer(self, message: Message) -> None:
        try:
            reply = await self.tree.answer(message)
        except BusError as error:
            self._send(Message.new_error(message, error.name, str(error)))
            return
        await self._reply(message, reply)

    async def _reply(self, message: Message, reply: Reply) -> None:
        try:
            answer = Message.new_method_return(message, reply.signature, list(reply.body), list(reply.fds))
            await self._bus.send(answer)
        finally:
            for descriptor in reply.fds:
                os.close(descriptor)

    def _send(self, message: Message) -> None:
        if self._bus.connected:  # what happens after we left the bus, nobody hears
            self._bus.send(message)


@contextlib.asynccontextmanager
async def bluetooth_daemon(
    bus_address: str, in_range: Sequence[Peripheral], bonds: Bonds, kernel: Kernel | None = None
) -> AsyncIterator[Adapter]:
    """Be `org.bluez` on the bus, with the devices in range; gives the adapter, whose faults are up to you.

    To leave is, for clients, a bluetoothd that was killed: no more signals, only the name loses its owner.
    The devices lose their links. To enter again is its restart; with the same `kernel`, on the same machine.
    """
    bus = await MessageBus(bus_address=bus_address, negotiate_unix_fd=True).connect()
    disconnected: Callable[[], Awaitable[None]] = bus.wait_for_disconnect  # the library leaves it untyped
    server = _Server(bus)
    adapter = Adapter(server.tree, server.agents, bonds, in_range, kernel or Kernel())
    server.tree.add(AgentManager.PATH, server.agents.interface)

    def forget(client: str) -> None:
        adapter.forget_client(client)
        server.agents.forget(client)

    def clients_come_and_go(message: Message) -> None:
        if message.member == "NameOwnerChanged" and not message.body[2]:
            # After the calls it made before: else who starts a scan and dies would scan for ever.
            asyncio.get_running_loop().call_soon(forget, message.body[0])

    bus.add_message_handler(clients_come_and_go)
    bus.add_message_handler(server.receive)
    listening = asyncio.create_task(adapter.listen())
    try:
        await bus.call(_watch_clients())
        await bus.request_name("org.bluez", NameFlag.DO_NOT_QUEUE)
        yield adapter
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
        await server.stop()
        bus.disconnect()
        await disconnected()
        adapter.killed()


def _watch_clients() -> Message:
    return Message(
        destination="org.freedesktop.DBus",
        path="/org/freedesktop/DBus",
        interface="org.freedesktop.DBus",
        member="AddMatch",
        signature="s",
        body=["type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'"],
    )
