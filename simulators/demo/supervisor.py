"""All children together: started in order, started again when they die, stopped in the opposite order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Self

from simulators.demo.errors import DemoError
from simulators.demo.process_records import ProcessRecords
from simulators.demo.processes import Child, Program
from simulators.demo.terminal import Terminal

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
SETTLED_AFTER_S = 60.0
"""A child that ran so long before it died is started again after the first pause."""


class Supervisor:
    """Leaving the context stops every child."""

    def __init__(self, logs: Path, records: ProcessRecords, terminal: Terminal) -> None:
        self._logs = logs
        self._records = records
        self._terminal = terminal
        self._stages: list[list[Child]] = []
        self._keepers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for stage in reversed(self._stages):
            await asyncio.gather(*(child.stop() for child in stage))

    async def run(self, program: Program) -> None:
        """Run a program to its end. Raises DemoError if it fails."""
        (child,) = await self._launch(program)
        code = await child.ended()
        await child.clear()
        if code != 0:
            raise DemoError(child.describe_end())

    async def start(self, *programs: Program) -> list[Child]:
        """Start programs that do not need each other and return when all are ready. Raises DemoError."""
        children = await self._launch(*programs)
        await asyncio.gather(*(child.ready() for child in children))
        for child in children:
            self.attend(self._keep(child))
        return children

    def attend(self, work: Coroutine[None, None, None]) -> None:
        """Do this beside the children, until they are stopped."""
        self._keepers.append(asyncio.create_task(work))

    async def keep(self) -> None:
        """Keep everything going until cancelled. Raises what a piece of attended work raises."""
        await asyncio.gather(*self._keepers)

    async def _launch(self, *programs: Program) -> list[Child]:
        stage = [Child(program, self._logs, self._records) for program in programs]
        self._stages.append(stage)
        for child in stage:
            child.rotate_log()
            await child.launch()
        return stage

    async def _keep(self, child: Child) -> None:
        pause = FIRST_PAUSE_S
        while True:
            began = time.monotonic()
            await child.ended()
            if time.monotonic() - began >= SETTLED_AFTER_S:
                pause = FIRST_PAUSE_S
            self._terminal.trouble(f"{child.describe_end()}\nIt is started again in {pause:.0f} s")
            await child.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
            await child.launch()
            self._terminal.say(f"{child.program.name} is started again")
