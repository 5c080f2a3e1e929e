"""A person at a terminal: reads what a command says and types what it asks for."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.servers.patience import patience


class Person:
    """What has been on the screen so far is in `transcript`."""

    def __init__(self, terminal: int, process: asyncio.subprocess.Process) -> None:
        self._terminal = terminal
        self._process = process
        self._read_to = 0
        self._more = asyncio.Event()
        self._open = True
        self.transcript = ""
        asyncio.get_running_loop().add_reader(terminal, self._look)

    async def sees(self, text: str) -> None:
        """Return once `text` is on the screen, after what was seen before."""
        try:
            async with patience(text):
                while (at := self.transcript.find(text, self._read_to)) < 0:
                    assert self._open, "the command has ended"
                    self._more.clear()
                    await self._more.wait()
        except AssertionError as failure:
            raise AssertionError(f"{text!r} is not on the screen:\n{self.transcript}") from failure
        self._read_to = at + len(text)

    def types(self, line: str) -> None:
        os.write(self._terminal, line.encode() + b"\n")

    async def ended(self) -> int:
        """The status with which the command ended."""
        async with patience("the end of the command"):
            return await self._process.wait()

    def _look(self) -> None:
        try:
            chunk = os.read(self._terminal, 4096)
        except OSError:  # the command has closed its side
            chunk = b""
        if not chunk:
            self._open = False
            asyncio.get_running_loop().remove_reader(self._terminal)
        self.transcript += chunk.decode().replace("\r\n", "\n")
        self._more.set()


@asynccontextmanager
async def person_at(environment: Mapping[str, str], *command: str) -> AsyncIterator[Person]:
    """Somebody who has typed `hearthbeat-hub` and `command`."""
    ours, theirs = pty.openpty()
    try:
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("hearthbeat-hub"),
            *command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
        )
    finally:
        os.close(theirs)
    try:
        yield Person(ours, process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)
