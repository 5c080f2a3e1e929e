"""A child: a program that is started with a record on disk, and stopped for certain."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulators.demo import procfs
from simulators.demo.errors import DemoError
from simulators.demo.folder import Account
from simulators.demo.process_records import ProcessRecord, ProcessRecords, kill

GATE = 'read -r _ && exec "$@"'
"""A child waits here until its record is on disk; if the demo is killed before, it reads an end and goes."""
READY_WITHIN_S = 60
LOOK_EVERY_S = 0.1
LOG_LINES_SHOWN = 12


@dataclass(frozen=True)
class Program:
    """What to run. `ready` is asked until it says yes; without it, running is enough."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    account: Account | None = None
    ready: Callable[[], Awaitable[bool]] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 15
    stdin: str = field(default="", repr=False)


class Child:
    """One program in a session of its own, so that Ctrl-C at the terminal does not reach it."""

    def __init__(self, program: Program, logs: Path, records: ProcessRecords) -> None:
        self.program = program
        self._log = logs / f"{program.name}.log"
        self._records = records
        self._pid = 0
        self._end: asyncio.Task[int] | None = None
        self._record: ProcessRecord | None = None

    def rotate_log(self) -> None:
        """Keep the log of the run before, and of none earlier."""
        if self._log.exists():
            self._log.replace(self._log.with_suffix(".log.1"))

    async def launch(self) -> None:
        """Start the process; it does nothing before its record is on disk."""
        account = self.program.account
        with os.fdopen(os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as log:
            process = await asyncio.create_subprocess_exec(
                "/bin/sh",
                "-c",
                GATE,
                self.program.name,
                *self.program.argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self.program.environment,
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        self._pid = process.pid
        self._end = asyncio.create_task(process.wait())
        self._record = self._records.add(self.program.name, process.pid, self.program.stop_signal)
        if process.stdin is not None:
            process.stdin.write(f"\n{self.program.stdin}".encode())
            process.stdin.close()

    async def ready(self) -> None:
        """Return when it is. Raises DemoError if the process ends before that, or takes too long."""
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline:
            if await self._ends_within(LOOK_EVERY_S):
                raise DemoError(self.describe_end())
            if self.program.ready is None or await self.program.ready():
                return
        raise DemoError(f"{self.program.name} is not ready after {READY_WITHIN_S} s. {self._end_of_log()}")

    async def ended(self) -> int:
        """Return the exit code when the process has ended; a signal's number is negative."""
        if self._end is None:
            raise RuntimeError(f"{self.program.name} has not been launched")
        return await asyncio.shield(self._end)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        if self._end is not None and not self._end.done():
            procfs.send(self._pid, number)

    async def stop(self) -> None:
        """Ask the process to end, wait, and end whatever of its session is left then."""
        self.signal(self.program.stop_signal)
        await self._ends_within(self.program.stop_within_s)
        await self.clear()
        if self._end is not None:
            await self._end

    async def clear(self) -> None:
        """End what is left of the child's session, and its record."""
        if self._record is not None:
            await asyncio.to_thread(kill, self._record)
            self._records.remove(self.program.name)

    def describe_end(self) -> str:
        """How the process ended, and what it said last."""
        code = self._end.result() if self._end is not None and self._end.done() else None
        how = f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
        return f"{self.program.name} ended {how}. {self._end_of_log()}"

    async def _ends_within(self, seconds: float) -> bool:
        if self._end is None:
            return True
        await asyncio.wait([self._end], timeout=seconds)  # wait_for may swallow the demo's own cancellation
        return self._end.done()

    def _end_of_log(self) -> str:
        with self._log.open(errors="replace") as log:
            lines = [f"  {line.rstrip()}" for line in deque(log, LOG_LINES_SHOWN)]
        return "\n".join([f"The end of {self._log}:", *lines])
