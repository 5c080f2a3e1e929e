"""`hearthbeat-hub doctor`, on real message buses, brokers and disks."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from edge_agent.hub_lock import hold_lock
from edge_agent.outbox import Outbox
from simulators.bluez.bus import private_bus
from simulators.bluez.daemon import bluetooth_daemon
from tests.edge_agent.conftest import HUB
from tests.servers.broker import Broker
from tests.servers.ports import free_port


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    folder = tmp_path / "hub"
    folder.mkdir(mode=0o700)
    settings(folder, free_port())
    (folder / "broker-password").touch(mode=0o600)
    (folder / "broker-password").write_text("hub-password")
    return folder


def settings(folder: Path, port: int, clock: str = "trusted") -> None:
    (folder / "hub.toml").write_text(
        f'hub = "{HUB}"\nclock = "{clock}"\n[broker]\nhost = "127.0.0.1"\nport = {port}\n'
    )


def spoil(folder: Path) -> None:
    folder.chmod(0o755)
    (folder / "broker-password").chmod(0o644)
    (folder / "outbox.db").write_bytes(b"no database" * 100)


async def doctor(folder: Path, bus: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """Exit status, and by what was looked at: "ok" or "WRONG", and all that is said."""
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name("hearthbeat-hub"), "doctor"),
        env={**os.environ, "HEARTHBEAT_HUB_HOME": str(folder), "DBUS_SYSTEM_BUS_ADDRESS": bus},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    found = re.findall(r"^(ok|WRONG) +(\w+): (.*(?:\n +-> .*)?)", output.decode(), re.MULTILINE)
    assert process.returncode is not None
    assert found, output.decode()
    return process.returncode, {about: (verdict, said) for verdict, about, said in found}


async def test_a_hub_with_all_it_needs_is_well(hub: Path, tmp_path: Path, broker: Broker) -> None:
    broker.add_user(HUB, "hub-password")
    settings(hub, broker.port)
    Outbox(hub / "outbox.db").close()
    async with private_bus(tmp_path / "bus") as bus, bluetooth_daemon(bus, [], set()):
        status, found = await doctor(hub, bus)
    assert {verdict for verdict, _ in found.values()} == {"ok"}, found
    assert status == 0
    assert found["Bluetooth"][1] == "adapter hci0 is on"
    assert "has no known fault" in found["kernel"][1]
    assert found["broker"][1].endswith("lets this hub in")


async def test_everything_that_is_wrong_is_said_with_what_to_do(hub: Path, tmp_path: Path) -> None:
    spoil(hub)
    status, found = await doctor(hub, f"unix:path={tmp_path}/nobody")
    wrong = {about for about, (verdict, said) in found.items() if verdict == "WRONG" and "-> " in said}
    assert wrong == {"folder", "password", "Bluetooth", "outbox", "broker"}
    assert status == 1
    assert "systemctl enable --now bluetooth" in found["Bluetooth"][1]


async def test_a_bus_without_bluetooth_is_told_from_no_bus(hub: Path, tmp_path: Path) -> None:
    async with private_bus(tmp_path / "bus") as bus:
        _, found = await doctor(hub, bus)
    assert "bluetoothd does not answer" in found["Bluetooth"][1]


async def test_a_refused_hub_is_told_from_no_broker(hub: Path, tmp_path: Path, broker: Broker) -> None:
    settings(hub, broker.port)
    _, found = await doctor(hub, f"unix:path={tmp_path}/nobody")
    assert "the broker refused this hub" in found["broker"][1]
    assert "hub-password" not in str(found)


async def test_a_hub_at_work_is_not_disturbed(hub: Path, tmp_path: Path, broker: Broker) -> None:
    broker.add_user(HUB, "hub-password")
    settings(hub, broker.port)
    with hold_lock(hub):
        _, found = await doctor(hub, f"unix:path={tmp_path}/nobody")
    assert "the hub that runs" in found["broker"][1]
    assert HUB not in broker.log.partition("Reloading config.")[2]


async def test_an_outbox_that_was_set_aside_stays_wrong_until_it_is_taken_away(hub: Path) -> None:
    aside = hub / "outbox.db.damaged-20260301T120000.000000Z"
    aside.touch()
    assert "set aside" in (await doctor(hub, "unix:path=/nobody"))[1]["outbox"][1]
    aside.unlink()
    assert (await doctor(hub, "unix:path=/nobody"))[1]["outbox"][0] == "ok"
