"""What `doctor` looks at. Nothing is changed, and a hub that runs is not disturbed."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edge_agent.bluetooth.inspection import BluetoothUnusable, find_adapters
from edge_agent.bluetooth.kernel_faults import fault_of
from edge_agent.hub_lock import is_running
from edge_agent.outbox import Outbox, OutboxDamaged, OutboxError, those_set_aside
from edge_agent.publisher import Broker, BrokerAway, check_broker
from edge_agent.settings import Settings, SettingsError
from edge_agent.storage import RESERVE_BYTES, Disk

OLDEST_BLUEZ: Final = (5, 55)
"""Debian 11's; bleak asks for it (bleak's documentation, "BlueZ")."""
WITHIN_S: Final = 5.0
MIB: Final = 1024 * 1024


@dataclass(frozen=True)
class CheckResult:
    """What was looked at and what was found. `to_do` is empty where nothing is wrong."""

    about: str
    found: str
    to_do: str = ""

    @property
    def is_well(self) -> bool:
        return not self.to_do


async def run_checks(settings: Settings) -> list[CheckResult]:
    """Everything that a hub needs, in the order in which a reading needs it."""
    return [
        _folder(settings.home),
        _password(settings),
        await _adapter(),
        _bluez(),
        _kernel(),
        _disk(settings.home),
        _outbox(settings.outbox),
        _clock(settings),
        await _broker(settings),
    ]


def _folder(home: Path) -> CheckResult:
    mode = stat.S_IMODE(home.stat().st_mode)
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        return CheckResult(
            "folder", f"{home} cannot be written", "Run as the user who owns it, or change its owner."
        )
    if mode & 0o077:
        return CheckResult("folder", f"{home} is open to others ({mode:o})", f"chmod 700 {home}")
    return CheckResult("folder", f"{home} is this user's alone")


def _password(settings: Settings) -> CheckResult:
    try:
        settings.password()
    except SettingsError as error:
        return CheckResult(
            "password", str(error), "Ask whoever runs the gateway to enrol this hub, and put it there."
        )
    file = settings.password_file
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return CheckResult("password", f"{file} is open to others ({mode:o})", f"chmod 600 {file}")
    return CheckResult("password", "is there, and nobody else can read it")


async def _adapter() -> CheckResult:
    try:
        async with asyncio.timeout(WITHIN_S):
            adapters = await find_adapters()
    except (BluetoothUnusable, TimeoutError) as error:
        return CheckResult(
            "Bluetooth",
            str(error) or f"no answer within {WITHIN_S:g} s",
            "Install and start BlueZ (systemctl enable --now bluetooth); "
            "add this user to the group `bluetooth` if it is refused.",
        )
    if not adapters:
        return CheckResult(
            "Bluetooth", "there is no adapter", "Plug one in; `rfkill list` shows one that is blocked."
        )
    names = ", ".join(each.name for each in adapters)
    if not any(each.powered for each in adapters):
        return CheckResult(
            "Bluetooth", f"{names} is switched off", "rfkill unblock bluetooth; bluetoothctl power on"
        )
    return CheckResult("Bluetooth", f"adapter {names} is on")


def _bluez() -> CheckResult:
    program = shutil.which("bluetoothctl")
    if program is None:
        return CheckResult("BlueZ", "its version is unknown (there is no bluetoothctl)")
    asked = subprocess.run(
        [program, "--version"], capture_output=True, text=True, timeout=WITHIN_S, check=False
    )
    version = asked.stdout.strip().rpartition(" ")[2]
    numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
    if numbers and numbers < OLDEST_BLUEZ:
        oldest = ".".join(map(str, OLDEST_BLUEZ))
        return CheckResult("BlueZ", f"version {version} is too old", f"Update to {oldest} or newer.")
    return CheckResult("BlueZ", f"version {version or 'unknown'}")


def _kernel() -> CheckResult:
    system = os.uname()
    fault = fault_of(system.release, system.version)
    if fault is None:
        return CheckResult("kernel", f"{system.release} has no known fault in Bluetooth")
    return CheckResult("kernel", f"{fault.version}: {fault.fails}", fault.to_do)


def _disk(home: Path) -> CheckResult:
    disk = Disk(home)
    free = f"{disk.free_bytes // MIB} MiB are free"
    if not disk.has_room:
        return CheckResult(
            "disk",
            f"{free}, fewer than {RESERVE_BYTES // MIB}: devices are not read",
            f"Make room on the disk of {home}. The devices keep what they measure.",
        )
    return CheckResult("disk", free)


def _outbox(path: Path) -> CheckResult:
    if aside := those_set_aside(path):
        return CheckResult(
            "outbox",
            f"{aside[-1].name} was damaged and set aside",
            "Copy it for whoever can read what has not arrived, then move it out of this folder.",
        )
    if not path.exists():
        return CheckResult("outbox", "none yet: this hub has not run")
    try:
        with Outbox(path) as outbox:
            counts = outbox.counts()
    except OutboxDamaged as error:
        return CheckResult(
            "outbox", str(error), "Start the hub: it sets the file aside and begins a new one."
        )
    except OutboxError as error:
        return CheckResult("outbox", str(error), "Update this program.")
    return CheckResult("outbox", f"whole; {counts.waiting + counts.unnumbered} readings wait")


def _clock(settings: Settings) -> CheckResult:
    if settings.hub_clock().moment().is_known:
        return CheckResult(
            "clock", "trusted, as hub.toml says" if settings.trusts_clock else "told by the network"
        )
    return CheckResult(
        "clock",
        "not told the time by any network since the start: readings wait",
        "Start a time service (timedatectl set-ntp true), "
        'or set clock = "trusted" in hub.toml where this machine has a clock of its own.',
    )


async def _broker(settings: Settings) -> CheckResult:
    where = f"{settings.broker_host}:{settings.broker_port}"
    to_do = "Check the network, and [broker] in hub.toml. Readings wait here meanwhile."
    try:
        async with asyncio.timeout(WITHIN_S):
            _, writer = await asyncio.open_connection(settings.broker_host, settings.broker_port)
        writer.close()
        if is_running(settings.home):  # a second connection would end the first
            return CheckResult(
                "broker", f"{where} answers; the hub that runs says in its log if it is let in"
            )
        broker = Broker(settings.broker_host, settings.broker_port, settings.password())
        await check_broker(settings.hub, broker)
    except (OSError, TimeoutError, BrokerAway) as error:
        return CheckResult("broker", f"{where}: {str(error) or 'no answer'}", to_do)
    except SettingsError:
        return CheckResult(
            "broker", f"{where} answers; without its password nothing more can be known", "See above."
        )
    return CheckResult("broker", f"{where} lets this hub in")
