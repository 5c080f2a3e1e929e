"""The system's message bus: calls that end with what they are about, and answers to calls for us."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Final

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

from edge_agent.bluetooth.errors import BluetoothLost, BlueZError
from edge_agent.bluetooth.lifetimes import Lifetimes
from edge_agent.bluetooth.refusals import Meaning

ANSWER_WITHIN_S: Final = 60.0
"""The kernel ends a Connect after 40 s, a pairing or a request to a device after 30. Nothing comes later."""

NO_ANSWER: Final = "bluetoothd does not answer ({})"

Answer = Callable[[str], Awaitable[tuple[str, list[object]]]]
"""What a method answers, by its name: a D-Bus signature and what it describes."""
OnSignal = Callable[[Message], None]


class SystemBus:
    """Our connection to it."""

    def __init__(self, bus: MessageBus) -> None:
        self.lifetimes = Lifetimes()
        self.on_signal: OnSignal = lambda _: None
        self._bus = bus
        self._answers: dict[str, Answer] = {}  # by interface
        self._answering: set[asyncio.Task[None]] = set()
        bus.add_message_handler(self._on_message)

    async def call(self, message: Message, within: float) -> list[Any]:
        """What is answered.

        Raises BlueZError, BluetoothLost, TimeoutError after `within` seconds, and what ended the object.
        """
        async with answer_within(within):
            reply = await self.lifetimes.during(str(message.path), self._bus.call(message))
        if reply is None:
            raise BluetoothLost("the message bus has closed")
        if reply.message_type is MessageType.ERROR:
            error = BlueZError(str(reply.error_name), str(reply.body[0]) if reply.body else "")
            raise (BluetoothLost(NO_ANSWER.format(error)) if error.meaning is Meaning.LOST else error)
        return reply.body

    @contextlib.contextmanager
    def answering(self, interface: str, answer: Answer) -> Iterator[None]:
        """Let others call this interface of ours; BlueZError is an answer too.

        At the end nobody waits for an answer any more, nor is anybody asked for one.
        """
        self._answers[interface] = answer
        try:
            yield
        finally:
            del self._answers[interface]
            for task in self._answering:
                task.cancel()

    async def closed(self) -> None:
        """Return when the bus has closed, whatever closed it."""
        disconnected: Callable[[], Awaitable[None]] = self._bus.wait_for_disconnect  # the library: untyped
        with contextlib.suppress(OSError, EOFError):  # shielded: several wait for the one future
            await asyncio.shield(asyncio.ensure_future(disconnected()))

    async def close(self) -> None:
        self._bus.disconnect()
        await self.closed()

    def _on_message(self, message: Message) -> bool:
        """Whether it was a call for us."""
        if message.message_type is MessageType.SIGNAL:
            self.on_signal(message)
        elif message.message_type is MessageType.METHOD_CALL and message.interface in self._answers:
            task = asyncio.create_task(self._answer(message))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
            return True
        return False

    async def _answer(self, question: Message) -> None:
        try:
            signature, body = await self._answers[str(question.interface)](str(question.member))
            reply = Message.new_method_return(question, signature, body)
        except BlueZError as error:
            reply = Message.new_error(question, f"org.bluez.Error.{error.name}", error.text)
        await self._bus.send(reply)


@contextlib.asynccontextmanager
async def answer_within(seconds: float) -> AsyncIterator[None]:
    """Raises a TimeoutError that says so: asyncio's has no text."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise TimeoutError(f"nothing came within {seconds:g} s") from error


def method_call(destination: str, path: str, member: str, signature: str, *body: object) -> Message:
    """Of `member` with its interface in front: org.bluez.Device1.Connect."""
    interface, _, method = member.rpartition(".")
    return Message(
        destination=destination,
        path=path,
        interface=interface,
        member=method,
        signature=signature,
        body=list(body),
    )


@contextlib.asynccontextmanager
async def open_system_bus() -> AsyncIterator[SystemBus]:
    """Raises BluetoothLost where there is none."""
    try:
        bus = SystemBus(await MessageBus(bus_type=BusType.SYSTEM).connect())
    except (OSError, DBusError, EOFError) as error:
        raise BluetoothLost(f"there is no system message bus: {error}") from error
    try:
        yield bus
    finally:
        await bus.close()
