"""A home as a process: it starts, is measured in, is read, stops, is killed and carries on."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from bleak import BleakClient

from edge_agent.gatt.blood_pressure import decode_blood_pressure
from edge_agent.wire.vitals import Vital
from simulators.bluez.peripheral import uuid16
from simulators.devices.values import DeviceKind
from simulators.home.addresses import addresses, identity
from tests.servers.patience import eventually, patience
from tests.simulators.radio import Connection, Listener, found

SIM = Path(sys.executable).with_name("hearthbeat-sim")
NAME = "home-1"


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not in tmp_path: the path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="hb-") as name:
        yield Path(name) / "home"


async def sim(*arguments: str | Path) -> tuple[int | None, str]:
    """Run `hearthbeat-sim`; its exit status and what it said on stderr."""
    process = await asyncio.create_subprocess_exec(SIM, *arguments, stderr=asyncio.subprocess.PIPE)
    _, output = await process.communicate()
    return process.returncode, output.decode()


@asynccontextmanager
async def home(folder: Path, *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A running home, which is killed at the end if the test has not stopped it."""
    process = await asyncio.create_subprocess_exec(
        SIM, "home", "--name", NAME, "--state", folder, *options, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with patience("the address of its bus"):
            assert await process.stdout.readline() == f"unix:path={folder / 'bus'}\n".encode()
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def stopped(process: asyncio.subprocess.Process, by: signal.Signals = signal.SIGTERM) -> int:
    process.send_signal(by)
    async with patience("its end"):
        return await process.wait()


def state(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "home.json").read_text())
    return content


def contents(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_one_measurement_is_handed_to_a_hub(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with home(folder, "--every", "0") as process:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={folder / 'bus'}")
        arguments = ("cuff", "--systolic", "190", "--diastolic", "125", "--pulse", "80")
        assert await sim("measure", "--home", folder, *arguments) == (0, "")
        listener, connection = Listener(), Connection()
        cuff = identity(NAME, DeviceKind.CUFF).address
        async with BleakClient(await found(cuff), connection) as client:
            await client.start_notify(uuid16(0x2A35), listener)
            await connection.lost()
        assert await stopped(process) == 0
    await eventually(lambda: len(asyncio.all_tasks()) == 1)  # bleak sees the bus go, and lets go of it
    [payload] = listener.received
    values = decode_blood_pressure(payload).values
    assert (values[Vital.SYSTOLIC_BP], values[Vital.DIASTOLIC_BP]) == (190, 125)
    assert state(folder)["cuff"]["waiting"] == []


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
async def test_a_stopped_home_exits_0_and_leaves_nothing(folder: Path, by: signal.Signals) -> None:
    async with home(folder, "--every", "0") as process:
        [daemon] = psutil.Process(process.pid).children()
        assert await stopped(process, by) == 0
    assert not daemon.is_running()
    assert contents(folder) == {"home.json", "lock"}


async def test_a_killed_home_leaves_no_process_and_starts_again(folder: Path) -> None:
    async with home(folder, "--every", "0") as process:
        [daemon] = psutil.Process(process.pid).children()
        assert await sim("measure", "--home", folder, "scale", "--weight", "82.4") == (0, "")
        process.kill()
        await process.wait()
        await eventually(lambda: not daemon.is_running() or daemon.status() == psutil.STATUS_ZOMBIE)
    async with home(folder, "--every", "0") as process:
        assert await stopped(process) == 0
    assert len(state(folder)["scale"]["waiting"]) == 1


async def test_a_story_carries_on_where_it_was(folder: Path) -> None:
    options = ("--every", "0.2", "--story", "hypoglycaemia")
    async with home(folder, *options) as process:
        await eventually(lambda: state(folder)["place"] >= 2)
        assert await stopped(process) == 0
    before = state(folder)
    async with home(folder, *options) as process:
        await eventually(lambda: state(folder)["place"] > before["place"])
        assert await stopped(process) == 0
    after = state(folder)
    known = len(before["glucometer"]["records"])
    assert after["glucometer"]["records"][:known] == before["glucometer"]["records"]
    assert after["began"] == before["began"]


async def test_the_devices_hold_the_days_before(folder: Path) -> None:
    async with home(folder, "--every", "3600", "--history", "4") as process:
        assert await stopped(process) == 0
    assert len(state(folder)["scale"]["waiting"]) >= 3
    assert [record["sequence"] for record in state(folder)["glucometer"]["records"]][:3] == [1, 2, 3]


async def test_what_cannot_be_is_refused_in_a_sentence(folder: Path) -> None:
    status, output = await sim("measure", "--home", folder, "scale", "--weight", "82.4")
    assert (status, "no home answers" in output) == (1, True)
    async with home(folder, "--every", "0"):
        status, output = await sim("measure", "--home", folder, "scale", "--weight", "400")
        assert (status, "does not fit" in output) == (1, True)
        status, output = await sim("home", "--name", NAME, "--state", folder)
        assert (status, "another home is running" in output) == (1, True)
    status, output = await sim("home", "--name", "home-2", "--state", folder)
    assert (status, "is of the home 'home-1'" in output) == (1, True)
    (folder / "home.json").write_text("{")
    status, output = await sim("home", "--name", NAME, "--state", folder)
    assert (status, "cannot be read" in output) == (1, True)
    status, output = await sim("home", "--name", NAME, "--state", folder / ("long" * 30))
    assert (status, "too long" in output) == (1, True)


def test_addresses_are_the_names_own_and_random_static() -> None:
    assert addresses(NAME) == addresses(NAME)
    assert set(addresses(NAME)).isdisjoint(addresses("home-2"))
    assert all(int(address[:2], 16) >= 0xC0 for address in addresses(NAME))
