"""The hub is killed at random while it reads a meter and sends: what the meter handed over arrives, once.

HEARTHBEAT_HUB_KILLS says how many kills, HEARTHBEAT_CHAOS_SEED which.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge_agent.wire.vitals import Vital
from simulators.bluez.bus import private_bus
from simulators.bluez.daemon import bluetooth_daemon
from simulators.devices.device import Identity, Timing
from simulators.devices.glucometer import Glucometer
from simulators.devices.memory import Records
from simulators.devices.values import Glucose
from simulators.faults import Life, lives
from tests.edge_agent.gateway_double import GatewayDouble
from tests.servers.broker import GATEWAY, Broker
from tests.servers.hub import Hub
from tests.servers.patience import eventually

HUB = "hub-1"
HOMES = 2
KILLS = int(os.environ.get("HEARTHBEAT_HUB_KILLS", "50"))
"""Of all homes together."""
SEED = int(os.environ.get("HEARTHBEAT_CHAOS_SEED", "20261122"))
STEPS = (None, "connected hub=", "device_connected", "reading_kept", "batch_sent", "receipt hub=")
"""After which of them, in the log, the kill comes; None: while the process starts."""
QUICK = Timing(advertises=60.0, waits=10.0, lingers=0.3)
LIFE_S = 4.0
"""Without the step, the kill comes all the same."""
LINES_SHOWN = 60


async def live(hub: Hub, life: Life[str | None]) -> None:
    """Let the hub run until shortly after its step."""
    hub.start()
    if life.step is None:
        await asyncio.sleep(life.part)
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(LIFE_S):
            while life.step not in hub.output:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05 * life.part)


async def press(meter: Glucometer) -> None:
    """Wake it, once it has noticed that the last hub is gone."""
    await eventually(lambda: meter.link is None)
    meter.wake()


@pytest.mark.timeout(900 + 10 * KILLS)  # beside eight busy loops a life of the hub takes up to 20 s
@pytest.mark.parametrize("seed", range(SEED, SEED + HOMES))
async def test_kills_lose_and_double_nothing(tmp_path: Path, broker: Broker, seed: int) -> None:
    broker.add_user(HUB, "hub-password")
    identity = Identity("C0:26:DF:00:00:03", "Meter 3", "Acme", "Meter 3", "serial-3")
    meter = Glucometer(identity, Records(), remembered=lambda: None, timing=QUICK)
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20)
    measured: list[int] = []

    def what_is_missing() -> str:
        missing = Counter[float](measured) - Counter(value for _, value in arrived(gateway).values())
        last_said = "\n".join(hub.log.splitlines()[-LINES_SHOWN:])
        asleep = meter.link is None and not meter.advertising
        return f"missing of {len(measured)}: {sorted(missing)}; the meter sleeps: {asleep}\n{last_said}"

    def measure() -> None:
        at = began + timedelta(minutes=len(measured))
        measured.append(40 + len(measured) % 300)
        meter.measure(Glucose(measured[-1]), at)

    with GatewayDouble(broker.host, broker.gateway_port, GATEWAY, broker.passwords[GATEWAY]) as gateway:
        async with private_bus(tmp_path / "bus") as bus, bluetooth_daemon(bus, [meter], set()):
            hub = Hub(tmp_path / "hub", HUB, "hub-password", broker_port=broker.port, bus=tmp_path / "bus")
            for life in lives(seed, KILLS // HOMES, STEPS, most_uses=4):
                for _ in range(life.uses):
                    measure()
                await press(meter)
                await live(hub, life)
                assert hub.is_running, hub.log
                hub.kill()
            measure()
            await press(meter)
            with hub:
                await eventually(lambda: len(arrived(gateway)) >= len(measured), otherwise=what_is_missing)
                await eventually(
                    lambda: all(kept.outcome for kept in hub.outbox()), otherwise=what_is_missing
                )
    places = arrived(gateway)
    assert {position for position, _ in places.values()} == set(range(1, len(measured) + 1))
    assert [value for _, value in sorted(places.values())] == measured
    assert "Traceback" not in hub.log


def arrived(gateway: GatewayDouble) -> dict[str, tuple[int, float]]:
    """Position and value of each reading id. A reading that came with two positions fails."""
    places: dict[str, tuple[int, float]] = {}
    for delivery in list(gateway.deliveries):
        for position, reading in zip(delivery.positions, delivery.batch.readings, strict=True):
            place = (position, reading.values[Vital.BLOOD_GLUCOSE].value)
            assert places.setdefault(str(reading.reading_id), place) == place
    return places
