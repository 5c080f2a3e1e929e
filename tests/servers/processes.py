"""One of our commands as a process: started, killed with -9 and started again, as often as a test likes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.patience import PATIENCE_S
from tests.servers.programs import program


def command(name: str) -> str:
    """The path of one of our commands, from the environment that the tests run in."""
    return str(Path(sysconfig.get_path("scripts")) / name)


class Process:
    """A command with its arguments. What it says to both outputs is kept, over all of its starts."""

    def __init__(self, *arguments: str, log: Path, environment: Mapping[str, str]) -> None:
        self._arguments = arguments
        self._log = log
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HEARTHBEAT_")}
        self._environment = {**inherited, **environment}
        self._process: subprocess.Popen[bytes] | None = None
        self._output_before = 0

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    @property
    def output(self) -> str:
        """What it has said since it was started last."""
        return self.log[self._output_before :]

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def has_failed(self) -> bool:
        """Whether it has ended by itself, and not well: a supervisor would start it again."""
        return self._process is not None and self._process.poll() not in (None, 0)

    def start(self) -> None:
        """Returns at once. To be called in the tests' first thread: whose end is the process's, too."""
        until_we_die = (program("setpriv", "util-linux"), "--pdeathsig", "KILL")
        self._output_before = len(self.log)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*until_we_die, *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
            )

    def kill(self) -> None:
        """SIGKILL; returns when it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)
            self._process = None

    def pause(self) -> None:
        """It does nothing more, and keeps what it has: its connections, its locks."""
        self._running.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._running.send_signal(signal.SIGCONT)

    def ask_to_end(self) -> None:
        """SIGTERM; returns at once."""
        self._running.terminate()

    async def ended(self) -> int:
        """Its exit status, once it has ended. Raises subprocess.TimeoutExpired."""
        status = await asyncio.to_thread(self._running.wait, PATIENCE_S)
        self._process = None
        return status

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("it is not running")
        return self._process

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    async def run(self, *arguments: str) -> str:
        """Another command in the same environment, to its end: what it says. Raises RuntimeError."""
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self._environment,
        )
        output, _ = await process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)} failed ({process.returncode}):\n{output.decode()}")
        return output.decode()

    async def until(self, is_ready: Callable[[], bool]) -> None:
        """Wait for what the running process brings about. Raises RuntimeError with its log if it does not."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not await asyncio.to_thread(is_ready):
            if not self.is_running or asyncio.get_running_loop().time() > deadline:
                state = "is not ready" if self.is_running else "has ended"
                raise RuntimeError(f"{' '.join(self._arguments)} {state}:\n{self.log}")
            await asyncio.sleep(0.05)
