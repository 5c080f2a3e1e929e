"""A home's life: the radio, the devices, and a patient who measures every now and then."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from simulators.bluez.bus import private_bus
from simulators.bluez.daemon import bluetooth_daemon
from simulators.devices.device import Timing
from simulators.devices.values import measured_by
from simulators.home.control import control_socket
from simulators.home.home_devices import HomeDevices
from simulators.home.state import HomeState, StateFile, own_folder
from simulators.patients.body import Body
from simulators.patients.stories import Patient, Story

FIRST_MEASUREMENT_AFTER_S = 2.0


@dataclass(frozen=True)
class HomeSettings:
    """Which home, and how it lives. `every` is in seconds; 0 leaves the measuring to others."""

    name: str
    story: Story
    seed: int
    every: float
    history_days: int
    folder: Path
    bus_socket: Path
    timing: Timing = field(default_factory=Timing)
    passkey: int | None = None


async def run_home(settings: HomeSettings, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    """Live until `stop`; `ready` is told the bus address. Raises HomeError, BusUnavailable."""
    with own_folder(settings.folder):
        file = StateFile(settings.folder)
        state = file.load(settings.name, settings.story, settings.seed) or _first_start(settings, file)

        def remember() -> None:
            file.save(state)

        devices = HomeDevices(state, settings.timing, remember, settings.passkey)
        bonds = _KeptBonds(state.bonds, remember)
        async with contextlib.AsyncExitStack() as stack:
            address = await stack.enter_async_context(private_bus(settings.bus_socket))
            await stack.enter_async_context(bluetooth_daemon(address, devices.peripherals, bonds))
            await stack.enter_async_context(control_socket(settings.folder, devices))
            ready(address)
            await _live(settings, state, devices, stop)


def _first_start(settings: HomeSettings, file: StateFile) -> HomeState:
    """The home as it is when its devices are first read: they hold the days before."""
    began = local_time()
    state = HomeState(name=settings.name, story=settings.story, seed=settings.seed, began=began)
    devices = HomeDevices(state, settings.timing, lambda: None)
    for event in _patient(state).history(settings.history_days):
        devices.measure(event.values, event.at)
    file.save(state)
    return state


async def _live(
    settings: HomeSettings,
    state: HomeState,
    devices: HomeDevices,
    stop: asyncio.Event,
) -> None:
    patient = _patient(state)
    pause = FIRST_MEASUREMENT_AFTER_S if settings.every else None
    while not await _stopped(stop, pause):
        event = patient.live(state.place, local_time())
        state.place += 1
        devices.measure(event.values, event.at)
        devices.press(measured_by(event.values))
        pause = settings.every


async def _stopped(stop: asyncio.Event, within: float | None) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), within)
    return stop.is_set()


def _patient(state: HomeState) -> Patient:
    return Patient(Body.of(state.seed), state.story, state.began)


def local_time() -> datetime:
    """Now, in the zone of this machine, where the patient lives too."""
    return datetime.now().astimezone()


class _KeptBonds:
    """The hub's bonds: each change is remembered."""

    def __init__(self, addresses: set[str], remember: Callable[[], None]) -> None:
        self._addresses = addresses
        self._remember = remember

    def __contains__(self, address: object) -> bool:
        return address in self._addresses

    def add(self, address: str) -> None:
        self._addresses.add(address)
        self._remember()

    def discard(self, address: str) -> None:
        self._addresses.discard(address)
        self._remember()
