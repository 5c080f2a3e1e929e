"""A TCP proxy that fails on order: a test puts it before a server to hold, lose or cut what passes.

With it a test can stop the world between two steps: hold the broker's acknowledgements, see that one is being
held, and only then kill somebody.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum, auto

from tests.servers.ports import LOOPBACK, free_port

CHUNK = 65_536


class Fault(Enum):
    """What happens to the bytes of one direction."""

    PASS = auto()
    HOLD = auto()
    DROP = auto()


class Direction:
    """One direction of all connections through a proxy."""

    def __init__(self) -> None:
        self._fault = Fault.PASS
        self._buffers: dict[asyncio.StreamWriter, bytearray] = {}
        self._arrived = asyncio.Event()

    def hold(self) -> None:
        """Keep what comes from now on; it is lost if its connection ends meanwhile."""
        self._fault = Fault.HOLD

    def drop(self) -> None:
        """Swallow what is held and what comes: the other side waits in vain."""
        self._fault = Fault.DROP
        for buffer in self._buffers.values():
            buffer.clear()

    def pass_on(self, part: bytes) -> None:
        """Pass on what one connection holds up to `part`, and `part`; what follows stays held."""
        target, buffer = next(each for each in self._buffers.items() if part in each[1])
        end = buffer.index(part) + len(part)
        target.write(bytes(buffer[:end]))
        del buffer[:end]

    def release(self) -> None:
        """Pass on what is held, and what comes from now on."""
        self._fault = Fault.PASS
        for target, buffer in self._buffers.items():
            target.write(bytes(buffer))
            buffer.clear()

    @property
    def held(self) -> bytes:
        """What is being held now, of all connections."""
        return b"".join(self.held_by_connection)

    @property
    def held_by_connection(self) -> list[bytes]:
        """The same, in the order in which the connections came: so in both directions the same."""
        return [bytes(buffer) for buffer in self._buffers.values()]

    async def wait_until_held(self, part: bytes = b"") -> None:
        """Returns as soon as bytes are being held, and `part` is among them."""
        while not (self.held and part in self.held):
            self._arrived.clear()
            await self._arrived.wait()

    async def carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """Returns when the source ends. Raises OSError when the connection breaks."""
        buffer = self._buffers[target] = bytearray()
        try:
            while data := await source.read(CHUNK):
                if self._fault is Fault.HOLD:
                    buffer += data
                    self._arrived.set()
                elif self._fault is Fault.PASS:
                    target.write(data)
                    await target.drain()
        finally:
            del self._buffers[target]


class Proxy:
    """Listens on `port` and connects to `target_port`, both on loopback."""

    def __init__(self, target_port: int) -> None:
        self.port = free_port()
        self.knocks = 0
        """Connections that were asked for so far."""
        self.to_server = Direction()
        self.to_client = Direction()
        self._target_port = target_port
        self._is_down = False
        self._connections: set[asyncio.Task[None]] = set()

    async def go_down(self) -> None:
        """Be as a server that is gone: break every connection, and every new one."""
        self._is_down = True
        await self.cut()

    def come_back(self) -> None:
        self._is_down = False

    async def cut(self) -> None:
        """Break every connection, at once and without a farewell."""
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client in a task of its own."""
        self.knocks += 1
        connection = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)
        connection.add_done_callback(lambda _: writer.close())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._is_down:
                raise ConnectionRefusedError
            server_reader, server_writer = await asyncio.open_connection(LOOPBACK, self._target_port)
        except OSError:  # the server is down: so are we
            writer.transport.abort()
            return
        ways = [
            asyncio.create_task(self.to_server.carry(reader, server_writer)),
            asyncio.create_task(self.to_client.carry(server_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            writer.transport.abort()
            server_writer.transport.abort()
            raise
        finally:
            server_writer.close()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)


@asynccontextmanager
async def open_proxy(target_port: int) -> AsyncIterator[Proxy]:
    """A proxy before the server on `target_port`; everything passes until told otherwise."""
    proxy = Proxy(target_port)
    server = await asyncio.start_server(proxy.accept, LOOPBACK, proxy.port)
    try:
        yield proxy
    finally:
        server.close()
        await proxy.cut()
