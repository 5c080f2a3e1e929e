"""A mail server for tests: SMTP as RFC 5321 has it, as far as a client needs that hands mail over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.servers.ports import LOOPBACK

GREETING = b"220 mail.test ESMTP\r\n"


class MailServer:
    """What it was handed, and what it refuses: `refusal` is its answer to every address while it is set."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusal: bytes | None = None
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        try:
            while line := await reader.readline():
                verb = line.split()[0].upper()
                if verb == b"DATA":
                    await self._take(reader, writer)
                elif verb == b"RCPT" and self.refusal is not None:
                    writer.write(self.refusal + b"\r\n")
                elif verb == b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                else:
                    writer.write(b"250 ok\r\n")
        finally:
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"354 go ahead\r\n")
        content = await reader.readuntil(b"\r\n.\r\n")
        parsed = message_from_bytes(content.removesuffix(b".\r\n"), policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        writer.write(b"250 kept\r\n")


@asynccontextmanager
async def open_mail_server() -> AsyncIterator[MailServer]:
    """Listening on a port of its own."""
    mail = MailServer()
    async with await asyncio.start_server(mail.serve, LOOPBACK, 0) as server:
        mail.port = server.sockets[0].getsockname()[1]
        yield mail
