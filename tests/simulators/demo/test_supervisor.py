"""Children are started, started again, and stopped for certain."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from io import StringIO
from pathlib import Path

import psutil
import pytest

from simulators.demo.errors import DemoError
from simulators.demo.folder import Folder
from simulators.demo.process_records import ProcessRecords
from simulators.demo.processes import Program
from simulators.demo.supervisor import Supervisor
from simulators.demo.terminal import Terminal
from tests.servers.patience import eventually


def shell(name: str, script: str) -> Program:
    return Program(name, ("/bin/sh", "-c", script), {"PATH": os.defpath})


def runs(pid: int) -> bool:
    """A process that has ended may wait for long to be reaped by whoever inherited it."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def number_in(path: Path) -> int:
    written = path.read_text() if path.exists() else ""
    return int(written) if written.endswith("\n") else 0  # who starts anew empties the file first


async def test_children_are_stopped_in_the_opposite_order(folder: Folder) -> None:
    told = folder.home / "order"
    up = folder.home / "up-"
    script = f"trap 'sleep 0.1; echo @ >> {told}; exit' TERM; touch {up}@; while :; do sleep 0.02; done"
    async with Supervisor(folder.logs, ProcessRecords(folder.children), Terminal()) as supervisor:
        for name in ("one", "two", "three"):
            await supervisor.start(shell(name, script.replace("@", name)))
        await eventually(
            lambda: all((folder.home / f"up-{each}").exists() for each in ("one", "two", "three"))
        )
    assert told.read_text().split() == ["three", "two", "one"]
    assert list(folder.children.iterdir()) == []


async def test_a_child_that_does_not_want_to_end_is_ended_with_its_own_children(folder: Folder) -> None:
    inner = folder.home / "inner"
    stubborn = shell("stubborn", f"trap '' TERM; sleep 600 & echo $! > {inner}; while :; do sleep 1; done")
    async with Supervisor(folder.logs, ProcessRecords(folder.children), Terminal()) as supervisor:
        await supervisor.start(Program(stubborn.name, stubborn.argv, stubborn.environment, stop_within_s=0.2))
        await eventually(lambda: number_in(inner) > 0)
    assert not runs(number_in(inner))


async def test_what_a_child_leaves_is_ended(folder: Folder) -> None:
    inner = folder.home / "inner"
    async with Supervisor(folder.logs, ProcessRecords(folder.children), Terminal()) as supervisor:
        await supervisor.start(shell("careless", f"sleep 600 & echo $! > {inner}; exec sleep 600"))
        await eventually(lambda: number_in(inner) > 0)
    assert not runs(number_in(inner))


async def test_a_child_that_dies_is_said_and_started_again(
    folder: Folder, supervisor: Supervisor, output: StringIO
) -> None:
    pid = folder.home / "pid"
    await supervisor.start(shell("fragile", f"echo my last words; echo $$ > {pid}; exec sleep 600"))
    await eventually(lambda: number_in(pid) > 0)
    first = number_in(pid)
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: number_in(pid) not in {0, first})
    assert "fragile ended by signal 9" in output.getvalue()
    assert "my last words" in output.getvalue()
    assert runs(number_in(pid))


async def test_a_child_that_fails_at_once_is_an_error_with_the_end_of_its_log(
    folder: Folder, supervisor: Supervisor
) -> None:
    with pytest.raises(DemoError) as failure:
        await supervisor.start(shell("broken", "echo first; echo no such thing >&2; exit 3"))
    assert "broken ended with exit code 3" in str(failure.value)
    assert str(failure.value).endswith("  first\n  no such thing")


async def test_a_missing_program_is_an_error(supervisor: Supervisor) -> None:
    with pytest.raises(DemoError, match="absent ended with exit code 127"):
        await supervisor.start(Program("absent", ("/nowhere/absent",), {}))


async def test_a_run_to_the_end_gets_its_input(folder: Folder, supervisor: Supervisor) -> None:
    heard = folder.home / "heard"
    await supervisor.run(
        Program("listener", ("/bin/sh", "-c", f"cat > {heard}"), {"PATH": os.defpath}, stdin="two\nlines\n")
    )
    assert heard.read_text() == "two\nlines\n"
    assert list(folder.children.iterdir()) == []


async def test_a_run_that_fails_is_an_error(supervisor: Supervisor) -> None:
    with pytest.raises(DemoError, match="once ended with exit code 1"):
        await supervisor.run(shell("once", "exit 1"))


async def test_the_log_of_the_run_before_is_kept(folder: Folder) -> None:
    for word in ("first", "second", "third"):
        async with Supervisor(folder.logs, ProcessRecords(folder.children), Terminal()) as supervisor:
            await supervisor.run(shell("talker", f"echo {word}"))
    assert (folder.logs / "talker.log").read_text() == "third\n"
    assert (folder.logs / "talker.log.1").read_text() == "second\n"


LEFT_ALONE = """
import asyncio, os, sys
from pathlib import Path
from simulators.demo.supervisor import Supervisor
from simulators.demo.folder import Folder
from simulators.demo.processes import Program
from simulators.demo.process_records import ProcessRecords
from simulators.demo.terminal import Terminal

async def main(folder):
    async with Supervisor(folder.logs, ProcessRecords(folder.children), Terminal()) as supervisor:
        for name in ("one", "two"):
            script = f"sleep 600 & echo $$ $! > {folder.home}/{name}; exec sleep 600"
            await supervisor.start(Program(name, ("/bin/sh", "-c", script), dict(os.environ)))
        (folder.home / "up").touch()
        await supervisor.keep()

asyncio.run(main(Folder(Path(sys.argv[1]))))
"""


async def test_the_next_run_stops_what_a_killed_one_left(folder: Folder) -> None:
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", LEFT_ALONE, str(folder.home))

    def numbers() -> list[int]:
        written = [file.read_text() for name in ("one", "two") if (file := folder.home / name).exists()]
        return [int(number) for line in written if line.endswith("\n") for number in line.split()]

    try:
        await eventually(lambda: (folder.home / "up").exists() and len(numbers()) == 4)
    finally:
        killed.kill()
        await killed.wait()
    left = numbers()
    assert [pid for pid in left if runs(pid)] == left
    os.kill(left[2], signal.SIGKILL)  # a leader that is gone does not hide what it had started
    assert ProcessRecords(folder.children).clear() == ["one", "two"]
    assert [pid for pid in left if runs(pid)] == []
    assert ProcessRecords(folder.children).clear() == []
