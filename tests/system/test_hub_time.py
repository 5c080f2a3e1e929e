"""A hub that was not told the time since its start: it reads, keeps, says so, and sends once it knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge_agent.hub_clock import BOOT_ID, is_synchronised
from edge_agent.outbox import Outbox
from edge_agent.settings import CLOCK_LATCH
from simulators.bluez.bus import private_bus
from simulators.bluez.daemon import bluetooth_daemon
from simulators.devices.device import Identity, Timing
from simulators.devices.glucometer import Glucometer
from simulators.devices.memory import Records
from simulators.devices.values import Glucose
from tests.edge_agent.gateway_double import GatewayDouble
from tests.servers.broker import GATEWAY, Broker
from tests.servers.hub import Hub
from tests.servers.patience import eventually

HUB = "hub-1"
QUICK = Timing(advertises=60.0, waits=10.0, lingers=0.3)


@pytest.mark.skipif(is_synchronised(), reason="this machine knows the time from a network")
async def test_without_the_time_readings_wait_and_nothing_is_lost(tmp_path: Path, broker: Broker) -> None:
    broker.add_user(HUB, "hub-password")
    identity = Identity("C0:26:DF:00:00:03", "Meter 3", "Acme", "Meter 3", "serial-3")
    meter = Glucometer(identity, Records(), remembered=lambda: None, timing=QUICK)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    for number in range(3):
        meter.measure(Glucose(100 + number), at + timedelta(minutes=number))
    hub = Hub(tmp_path / "hub", HUB, "hub-password", broker_port=broker.port, bus=tmp_path / "bus")
    settings = tmp_path / "hub/hub.toml"
    settings.write_text(settings.read_text().replace('"trusted"', '"network"'))

    with GatewayDouble(broker.host, broker.gateway_port, GATEWAY, broker.passwords[GATEWAY]) as gateway:
        async with private_bus(tmp_path / "bus") as bus, bluetooth_daemon(bus, [meter], set()):
            with hub:
                meter.wake()
                await eventually(lambda: gateway.statuses and gateway.statuses[-1].waiting == 3)
                assert gateway.statuses[-1].clock_synchronised is False
                assert gateway.statuses[-1].assigned == 0
        assert gateway.deliveries == []
        know_the_time(tmp_path / "hub")
        with hub:
            await eventually(lambda: sum(each.header.count for each in gateway.deliveries) == 3)
            await eventually(lambda: gateway.statuses[-1].clock_synchronised)
    times = [reading.measured_at for each in gateway.deliveries for reading in each.batch.readings]
    assert times == [at + timedelta(minutes=number) for number in range(3)]
    with Outbox(tmp_path / "hub/outbox.db") as outbox:
        assert (outbox.counts().assigned, outbox.counts().unnumbered) == (3, 0)


def know_the_time(folder: Path) -> None:
    """As the hub itself remembers, for its next process, that the network told it in this boot."""
    (folder / CLOCK_LATCH).write_text(BOOT_ID.read_text().strip())
