"""What the kernel says of processes (proc(5)): enough to know one again after its parent has died."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_GONE = "ZX"
"""States of a process that runs no more and waits to be reaped."""


@dataclass(frozen=True)
class Process:
    """A running process. `started`, in clock ticks since boot, tells it from a later one of the same pid."""

    pid: int
    session: int
    started: int


def boot_id() -> str:
    """Another one after each boot."""
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()


def find(pid: int) -> Process | None:
    """The process with this pid, if one is running."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()  # the program's name before it may hold blanks and parentheses
    if fields[0] in _GONE:
        return None
    return Process(pid=pid, session=int(fields[3]), started=int(fields[19]))


def members(session: int) -> Iterator[Process]:
    """The running processes of a session."""
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (process := find(int(entry.name))) and process.session == session:
            yield process


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may have ended by itself meanwhile."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
