"""Which children the demo has started, on disk: what a killed demo leaves, the next one finds and stops."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from simulators.demo import procfs
from simulators.demo.folder import write_private

_LOOK_EVERY_S = 0.05


class ProcessRecord(BaseModel):
    """One child: the leader of a session of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    boot: str
    pid: int
    started: int
    stop_signal: signal.Signals

    def leader(self) -> procfs.Process | None:
        """The child, if it still runs."""
        process = procfs.find(self.pid)
        return process if process and process.started == self.started else None

    def left(self) -> list[procfs.Process]:
        """The child and what it started, as far as they still run."""
        if self.boot != procfs.boot_id():
            return []
        successor = procfs.find(self.pid)
        if successor and successor.started != self.started:
            return []
        return list(procfs.members(self.pid))


class ProcessRecords:
    """One file for each child in `folder`, written before the child does anything."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, pid: int, stop_signal: signal.Signals) -> ProcessRecord | None:
        """Remember a child that has just been started; None if it has ended already."""
        process = procfs.find(pid)
        if process is None:
            return None
        record = ProcessRecord(
            boot=procfs.boot_id(), pid=pid, started=process.started, stop_signal=stop_signal
        )
        write_private(self._path(name), record.model_dump_json())
        return record

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def clear(self, patience_s: float = 15) -> list[str]:
        """Stop what an earlier run has left, politely first, and return the names of what still ran."""
        recorded = dict(self._read())
        left = {name: record for name, record in recorded.items() if record.left()}
        for record in left.values():
            if record.leader():
                procfs.send(record.pid, record.stop_signal)
        deadline = time.monotonic() + patience_s
        while any(record.leader() for record in left.values()) and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY_S)
        for record in left.values():
            kill(record)
        for name in recorded:
            self.remove(name)
        return sorted(left)

    def _read(self) -> Iterator[tuple[str, ProcessRecord]]:
        for path in self._folder.glob("*.json"):
            yield path.stem, ProcessRecord.model_validate_json(path.read_bytes())

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def kill(record: ProcessRecord) -> None:
    """End everything of the child's session at once, and return when it is gone."""
    while left := record.left():
        for process in left:
            procfs.send(process.pid, signal.SIGKILL)
        time.sleep(_LOOK_EVERY_S)
