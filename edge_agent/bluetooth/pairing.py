"""Pairing: finding a device that is ready for it, and answering bluetoothd's question for the passkey."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from enum import Enum
from typing import Final

from dbus_fast import Variant

from edge_agent.bluetooth.bluez import BlueZ
from edge_agent.bluetooth.bonds import mend_identities
from edge_agent.bluetooth.client import Client
from edge_agent.bluetooth.connection import connect
from edge_agent.bluetooth.errors import BLUETOOTH_ERRORS, BlueZError, DeviceGone, DeviceInTrouble
from edge_agent.bluetooth.objects import DEVICE, RemoteDevice
from edge_agent.bluetooth.radio import scanning
from edge_agent.bluetooth.refusals import Meaning
from edge_agent.outbox import KnownDevice, Outbox
from edge_agent.profiles import Pairing, product_of, service_of
from edge_agent.wire.messages import Device

AGENT_MANAGER: Final = "org.bluez.AgentManager1"
AGENT_PATH: Final = "/org/hearthbeat/pairing"
CAPABILITY: Final = "KeyboardOnly"
"""A device with a display shows a passkey, which is typed here; one without pairs by Just Works."""
PAIR_WITHIN_S: Final = 120.0
SETTLE_S: Final = 3.0
"""After the first device was found, for others that are ready too."""

RELEASE_EVERY_S: Final = 1.0

AskPasskey = Callable[[], Awaitable[int | None]]
"""The number that the device shows; None from a person who gives up."""


class Why(Enum):
    """Why a device was not paired."""

    WRONG_PASSKEY = "the number was not the one that it shows"
    GIVEN_UP = "no number was typed"
    REFUSED = "the device refused"
    GONE = "the device has gone to sleep, or is too far away"


class NotPaired(Exception):
    """The device and the hub are as they were."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class _Agent:
    """org.bluez.Agent1 for one pairing (BlueZ doc/agent-api.txt)."""

    def __init__(self, ask_passkey: AskPasskey) -> None:
        self._ask_passkey = ask_passkey
        self.asked = False
        self.given_up = False

    async def answer(self, method: str) -> tuple[str, list[object]]:
        """Raises BlueZError for what a hub without buttons cannot do."""
        match method:
            case "RequestPasskey":
                self.asked = True
                passkey = await self._ask_passkey()
                if passkey is None:
                    self.given_up = True
                    raise BlueZError("Canceled", "given up")
                return "u", [passkey]
            case "Cancel" | "Release":
                return "", []
            case _:
                raise BlueZError("Rejected", f"{method} is not possible here")

    def why(self, error: BlueZError) -> Why:
        if self.given_up:
            return Why.GIVEN_UP
        if error.meaning is Meaning.WRONG_KEY:
            return Why.WRONG_PASSKEY if self.asked else Why.REFUSED
        return Why.GONE


async def find(
    within_s: float,
    is_ready: Callable[[RemoteDevice], bool],
    begun: Callable[[], None],
    *,
    only_one: bool = False,
) -> list[RemoteDevice]:
    """The devices that are ready to be paired, or the first one. Raises BleakError, TimeoutError.

    `begun` is called once the radio looks: a device that is woken from then on is not missed.
    """
    found: dict[str, RemoteDevice] = {}
    async with scanning(is_ready) as seen:
        begun()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s) as limit:
                while True:
                    device = await seen.get()
                    if device.path in found:
                        continue
                    found[device.path] = device
                    if only_one:
                        break
                    if len(found) == 1:
                        limit.reschedule(asyncio.get_running_loop().time() + SETTLE_S)
    return list(found.values())


@contextlib.asynccontextmanager
async def releasing(bluez: BlueZ) -> AsyncIterator[None]:
    """Meanwhile end links to measuring devices without a bond: what the hub is linked to, nobody finds."""
    release = asyncio.create_task(_release(bluez))
    try:
        yield
    finally:
        release.cancel()
        await asyncio.gather(release, return_exceptions=True)


async def _release(bluez: BlueZ) -> None:
    while True:
        for remote in bluez.objects.devices():
            if remote.connected and not remote.paired and service_of(remote.services) is not None:
                await bluez.disconnect(remote.path)
        await asyncio.sleep(RELEASE_EVERY_S)


async def pair(bluez: BlueZ, remote: RemoteDevice, ask_passkey: AskPasskey) -> RemoteDevice:
    """Bond with the device; the device as it is then, by its identity. Raises NotPaired."""
    if product_of(remote.name).pairing is Pairing.NONE:
        return remote
    async with _answering(bluez, ask_passkey) as agent:
        try:
            await bluez.call(remote.path, f"{DEVICE}.Pair", within=PAIR_WITHIN_S)
        except BlueZError as error:
            if error.meaning is not Meaning.ALREADY:
                await bluez.disconnect(remote.path)
                raise NotPaired(agent.why(error)) from error
        except (TimeoutError, DeviceGone) as error:
            await bluez.disconnect(remote.path)
            raise NotPaired(Why.GONE) from error
    await bluez.set(remote.path, DEVICE, "Trusted", Variant("b", value=True))
    return await bluez.look(remote.path) or remote


async def welcome(bluez: BlueZ, remote: RemoteDevice, outbox: Outbox, now: datetime) -> KnownDevice | None:
    """Note that the device belongs to this home, and what it says about itself while it is still awake."""
    device, battery = Device(identifier=remote.address), None
    with contextlib.suppress(*BLUETOOTH_ERRORS, DeviceInTrouble):
        await connect(bluez, remote.path, PAIR_WITHIN_S)
        async with Client(bluez, remote, on_gone=lambda: None) as client:
            device, battery = await client.identify(), await client.battery_percent()
    await bluez.disconnect(remote.path)
    service = service_of(remote.services)
    mend_identities(outbox, [remote])
    outbox.devices.seen(device, now, name=remote.name, service=service, battery_percent=battery)
    outbox.devices.welcome(remote.address)
    return outbox.devices.find(remote.address)


@contextlib.asynccontextmanager
async def _answering(bluez: BlueZ, ask_passkey: AskPasskey) -> AsyncIterator[_Agent]:
    """Be asked for the passkey: without an agent not even Just Works succeeds."""
    agent = _Agent(ask_passkey)
    with bluez.answering("org.bluez.Agent1", agent.answer):
        await bluez.call("/org/bluez", f"{AGENT_MANAGER}.RegisterAgent", "os", AGENT_PATH, CAPABILITY)
        try:
            yield agent
        finally:
            with contextlib.suppress(BlueZError):
                await bluez.call("/org/bluez", f"{AGENT_MANAGER}.UnregisterAgent", "o", AGENT_PATH)
