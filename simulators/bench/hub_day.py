"""A hub at work as a process of its own: one adapter, four devices, a day's measurements."""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psutil

from edge_agent.outbox import Outbox
from simulators.bench.table import BenchResult
from simulators.bluez.bus import private_bus
from simulators.bluez.daemon import bluetooth_daemon
from simulators.demo.gateway import command
from simulators.devices.cuff import Cuff
from simulators.devices.device import Identity, Timing
from simulators.devices.glucometer import Glucometer
from simulators.devices.memory import Outgoing, Records
from simulators.devices.scale import Scale
from simulators.devices.values import BloodPressure, Glucose, Weight

A_DAY: Final = 24
"""Measurements, six of each device."""
NOBODY: Final = 9  # the discard port: there is no broker
QUICK: Final = Timing(advertises=60.0, waits=10.0, lingers=0.3)
WITHIN_S: Final = 60.0


def measure_hub_day() -> list[BenchResult]:
    """Resident memory and CPU time of `hearthbeat-hub run` once it has kept a day's measurements."""
    return asyncio.run(_measure())


async def _measure() -> list[BenchResult]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _set_up(home)
        devices = _devices()
        async with private_bus(home / "bus") as bus, bluetooth_daemon(bus, devices, set()):
            own = {"HEARTHBEAT_HUB_HOME": folder, "DBUS_SYSTEM_BUS_ADDRESS": bus}
            hub = await asyncio.create_subprocess_exec(
                *(command("hearthbeat-hub"), "run"),
                env={**os.environ, **own},
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                for device in devices:
                    device.wake()
                await _all_stored(home / "outbox.db")
                process = psutil.Process(hub.pid)
                resident, cpu = process.memory_info().rss, process.cpu_times()
            finally:
                hub.terminate()
                await hub.wait()
    return [
        BenchResult("resident at work, four devices read", resident / 2**20, "MiB", "below 60"),
        BenchResult("CPU from the start to a day's readings kept", cpu.user + cpu.system, "s"),
    ]


def _set_up(home: Path) -> None:
    (home / "hub.toml").write_text(
        f'hub = "bench"\nclock = "trusted"\n[broker]\nhost = "127.0.0.1"\nport = {NOBODY}\n[page]\nport = 0\n'
    )
    (home / "broker-password").write_text("bench")


def _devices() -> list[Cuff | Scale | Glucometer]:
    cuffs = [Cuff(_identity(number), Outgoing(), remembered=_nobody, timing=QUICK) for number in range(2)]
    scale = Scale(_identity(2), Outgoing(), remembered=_nobody, timing=QUICK)
    meter = Glucometer(_identity(3), Records(), remembered=_nobody, timing=QUICK)
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    for number in range(A_DAY // 4):
        at = began + number * timedelta(hours=4)
        for cuff in cuffs:
            cuff.measure(BloodPressure(120 + number, 80, 70), at)
        scale.measure(Weight(80 + number / 10), at)
        meter.measure(Glucose(100 + number), at)
    return [*cuffs, scale, meter]


def _identity(number: int) -> Identity:
    return Identity(f"C0:26:DF:00:01:{number:02X}", f"Device {number}", "Acme", f"D{number}", str(number))


def _nobody() -> None:
    """Nobody keeps what a device remembers."""


async def _all_stored(outbox: Path) -> None:
    """Returns when a day's readings are on the hub's disk. Raises TimeoutError."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            if await asyncio.to_thread(_stored_readings, outbox) >= A_DAY:
                return
            await asyncio.sleep(0.2)


def _stored_readings(outbox: Path) -> int:
    if not outbox.exists():
        return 0
    with Outbox(outbox) as opened:
        return opened.counts().assigned
