"""A record names one process for certain: another one with the same pid is left alone."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator

import pytest

from simulators.demo import procfs
from simulators.demo.folder import Folder, write_private
from simulators.demo.process_records import ProcessRecord, ProcessRecords


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """The leader of a session that is none of ours."""
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as process:
        yield process
        process.kill()


def record_of(process: subprocess.Popen[bytes]) -> ProcessRecord:
    seen = procfs.find(process.pid)
    assert seen is not None
    return ProcessRecord(
        boot=procfs.boot_id(), pid=seen.pid, started=seen.started, stop_signal=signal.SIGTERM
    )


def test_a_recorded_child_is_stopped(folder: Folder, bystander: subprocess.Popen[bytes]) -> None:
    write_private(folder.children / "child.json", record_of(bystander).model_dump_json())
    assert ProcessRecords(folder.children).clear() == ["child"]
    assert bystander.wait(5) == -signal.SIGTERM


@pytest.mark.parametrize("change", [{"started": 1}, {"boot": "an earlier one"}])
def test_a_successor_with_the_same_pid_is_left_alone(
    folder: Folder, bystander: subprocess.Popen[bytes], change: dict[str, object]
) -> None:
    stale = record_of(bystander).model_copy(update=change)
    write_private(folder.children / "child.json", stale.model_dump_json())
    assert ProcessRecords(folder.children).clear() == []
    assert bystander.poll() is None
    assert list(folder.children.iterdir()) == []
