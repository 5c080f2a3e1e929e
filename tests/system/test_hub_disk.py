"""A hub with a disk that is full or damaged: devices keep what they measured, and everybody is told."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from edge_agent.outbox import Outbox
from edge_agent.wire.codes import HubProblem
from simulators.bluez.bus import private_bus
from simulators.bluez.daemon import bluetooth_daemon
from simulators.devices.cuff import Cuff
from simulators.devices.device import Identity, Timing
from simulators.devices.memory import Outgoing
from simulators.devices.values import BloodPressure
from tests.edge_agent.eventually import eventually
from tests.edge_agent.gateway_double import GatewayDouble
from tests.servers.broker import GATEWAY, Broker
from tests.servers.hub import Hub
from tests.servers.ports import LOOPBACK
from tests.servers.processes import Process, command

HUB = "hub-1"
IS_ROOT = os.geteuid() == 0
NAMESPACE = () if IS_ROOT else ("--user", "--map-root-user")
ENTER = () if IS_ROOT else ("--user", "--preserve-credentials")
QUICK = Timing(advertises=60.0, waits=10.0, lingers=0.3)


def a_cuff() -> Cuff:
    identity = Identity("C0:26:DF:00:00:01", "Cuff 1", "Acme", "Cuff 1", "serial-1")
    cuff = Cuff(identity, Outgoing(), remembered=lambda: None, timing=QUICK)
    cuff.measure(BloodPressure(138, 86, 71), datetime.now(UTC))
    return cuff


async def test_a_damaged_outbox_is_told_to_the_gateway_and_the_hub_goes_on(
    tmp_path: Path, broker: Broker
) -> None:
    broker.add_user(HUB, "hub-password")
    cuff = a_cuff()
    with GatewayDouble(broker.host, broker.port, GATEWAY, broker.passwords[GATEWAY]) as gateway:
        async with private_bus(tmp_path / "bus") as bus, bluetooth_daemon(bus, [cuff], set()):
            hub = Hub(tmp_path / "hub", HUB, "hub-password", broker_port=broker.port, bus=tmp_path / "bus")
            spoil(tmp_path / "hub/outbox.db")
            with hub:
                cuff.wake()
                await eventually(lambda: gateway.deliveries, seconds=30)
                await eventually(lambda: HubProblem.OUTBOX_SET_ASIDE in gateway.statuses[-1].problems)
    assert list((tmp_path / "hub").glob("outbox.db.damaged-*"))
    assert "outbox_set_aside" in hub.log


async def test_with_a_full_disk_devices_are_not_read_until_there_is_room(
    tmp_path: Path, broker: Broker
) -> None:
    broker.add_user(HUB, "hub-password")
    cuff = a_cuff()
    with GatewayDouble(broker.host, broker.port, GATEWAY, broker.passwords[GATEWAY]) as gateway:
        async with private_bus(tmp_path / "bus") as bus, bluetooth_daemon(bus, [cuff], set()):
            hub = HubOnSmallDisk(tmp_path / "hub", broker.port, tmp_path / "bus")
            with hub:
                await eventually(lambda: gateway.statuses and gateway.statuses[-1].problems, seconds=30)
                assert gateway.statuses[-1].problems == (HubProblem.DISK_FULL,)
                cuff.wake()
                await asyncio.sleep(3)
                assert cuff.memory.waiting
                assert cuff.link is None
                await hub.make_room()
                await eventually(lambda: gateway.deliveries, seconds=30)
                await eventually(lambda: not gateway.statuses[-1].problems)
    assert not cuff.memory.waiting


class HubOnSmallDisk(Process):
    """A hub whose folder is a disk of its own: 8 MiB, which is less than a hub keeps free."""

    def __init__(self, folder: Path, broker_port: int, bus: Path) -> None:
        self._folder = folder
        folder.mkdir()
        settings = (
            f'hub = "{HUB}"\nclock = "trusted"\n'
            f'[broker]\nhost = "{LOOPBACK}"\nport = {broker_port}\n[page]\nport = 0\n'
        )
        set_up = (
            'mount -t tmpfs -o size=8m,mode=700 hearthbeat "$1" && printf %s "$2" >"$1/hub.toml"'
            ' && printf hub-password >"$1/broker-password" && echo $$ >"$1.pid" && exec "$3" run'
        )
        super().__init__(
            *("unshare", *NAMESPACE, "--mount", "sh", "-c", set_up),
            *("sh", str(folder), settings, command("hearthbeat-hub")),
            log=folder.with_suffix(".log"),
            environment={
                "HEARTHBEAT_HUB_HOME": str(folder),
                "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}",
            },
        )

    async def make_room(self) -> None:
        pid = self._folder.with_suffix(".pid").read_text().strip()
        enter = ("nsenter", f"--target={pid}", "--mount", *ENTER)
        await self.run(*enter, "mount", "-o", "remount,size=64m", str(self._folder))


def spoil(outbox: Path) -> None:
    Outbox(outbox).close()
    outbox.write_bytes(outbox.read_bytes()[:700])
