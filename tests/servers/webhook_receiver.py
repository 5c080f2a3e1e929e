"""A program that is told by webhook: it keeps what it was sent and answers as a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.servers.ports import LOOPBACK


@dataclass(frozen=True)
class WebhookCall:
    """One request: its headers by lower-case name, and its body."""

    headers: dict[str, str]
    body: bytes


class Receiver:
    """`status` is its answer; while `answers` is not set it holds each request without one."""

    def __init__(self) -> None:
        self.requests: list[WebhookCall] = []
        self.status = 204
        self.answers = asyncio.Event()
        self.answers.set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/told"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): text for name, _, text in (line.partition(": ") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers["content-length"]))
            self.requests.append(WebhookCall(headers, body))
            await self.answers.wait()
            writer.write(
                f"HTTP/1.1 {self.status} -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
            await writer.drain()
        except ConnectionError:
            pass  # who was killed does not wait for the answer
        finally:
            writer.close()


@asynccontextmanager
async def open_receiver() -> AsyncIterator[Receiver]:
    """Listening on a port of its own."""
    receiver = Receiver()
    async with await asyncio.start_server(receiver.serve, LOOPBACK, 0) as server:
        receiver.port = server.sockets[0].getsockname()[1]
        yield receiver
