"""A hub with a disk that is full or damaged: devices keep what they measured, and everybody is told."""

from __future__ import annotations

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
from tests.edge_agent.gateway_double import GatewayDouble
from tests.servers.broker import GATEWAY, Broker
from tests.servers.hub import Hub
from tests.servers.patience import eventually
from tests.servers.ports import LOOPBACK
from tests.servers.processes import Process, command
from tests.servers.small_disk import SmallDisk

HUB = "hub-1"
LESS_THAN_IS_KEPT_FREE = 8 * 1024
ENOUGH = 64 * 1024
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
    with GatewayDouble(broker.host, broker.gateway_port, GATEWAY, broker.passwords[GATEWAY]) as gateway:
        async with private_bus(tmp_path / "bus") as bus, bluetooth_daemon(bus, [cuff], set()):
            hub = Hub(tmp_path / "hub", HUB, "hub-password", broker_port=broker.port, bus=tmp_path / "bus")
            spoil(tmp_path / "hub/outbox.db")
            with hub:
                cuff.wake()
                await eventually(lambda: gateway.deliveries)
                await eventually(lambda: HubProblem.OUTBOX_SET_ASIDE in gateway.statuses[-1].problems)
    assert list((tmp_path / "hub").glob("outbox.db.damaged-*"))
    assert "outbox_set_aside" in hub.log


async def test_with_a_full_disk_devices_are_not_read_until_there_is_room(
    tmp_path: Path, broker: Broker
) -> None:
    broker.add_user(HUB, "hub-password")
    cuff = a_cuff()
    with GatewayDouble(broker.host, broker.gateway_port, GATEWAY, broker.passwords[GATEWAY]) as gateway:
        async with private_bus(tmp_path / "bus") as bus, bluetooth_daemon(bus, [cuff], set()) as adapter:
            with SmallDisk(tmp_path / "hub", kib=LESS_THAN_IS_KEPT_FREE) as disk:
                await disk.ready()
                with hub_on(disk, broker.port, tmp_path / "bus") as hub:
                    await eventually(lambda: gateway.statuses and gateway.statuses[-1].problems)
                    assert gateway.statuses[-1].problems == (HubProblem.DISK_FULL,)
                    await hub.until(lambda: "devices_are_not_read" in hub.log)
                    cuff.wake()
                    assert not adapter.is_discovering  # and no other way to the cuff
                    assert cuff.memory.waiting
                    await disk.resize(kib=ENOUGH)
                    await eventually(lambda: gateway.deliveries)
                    await eventually(lambda: not gateway.statuses[-1].problems)
    assert not cuff.memory.waiting


def hub_on(disk: SmallDisk, broker_port: int, bus: Path) -> Process:
    """A hub that has its folder there."""
    settings = (
        f'hub = "{HUB}"\nclock = "trusted"\n'
        f'[broker]\nhost = "{LOOPBACK}"\nport = {broker_port}\n[page]\nport = 0\n'
    )
    set_up = (
        'printf %s "$2" >"$1/hub.toml" && printf hub-password >"$1/broker-password" && chmod 600 "$1"/*'
        ' && exec "$3" run'
    )
    return Process(
        *(*disk.within, "sh", "-c", set_up, "sh", str(disk.folder), settings, command("hearthbeat-hub")),
        log=disk.folder.with_suffix(".hub-log"),
        environment={
            "HEARTHBEAT_HUB_HOME": str(disk.folder),
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}",
        },
    )


def spoil(outbox: Path) -> None:
    Outbox(outbox).close()
    outbox.write_bytes(outbox.read_bytes()[:700])
