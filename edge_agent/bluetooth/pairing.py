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
from edge_agent.bluetooth.client import Client
from edge_agent.bluetooth.errors import BLUETOOTH_ERRORS, BlueZError
from edge_agent.bluetooth.objects import DEVICE, RemoteDevice
from edge_agent.bluetooth.radio import scanning
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
        if error.name in {"AuthenticationFailed", "AuthenticationRejected"}:
            return Why.WRONG_PASSKEY if self.asked else Why.REFUSED
        return Why.GONE


async def find(within_s: float, *, address: str | None = None) -> list[RemoteDevice]:
    """The devices that are ready to be paired, or the one with this address. Raises BleakError."""
    found: dict[str, RemoteDevice] = {}
    async with scanning(lambda seen: address in (None, seen)) as seen:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s) as limit:
                while True:
                    device = await seen.get()
                    if device.paired or device.address in found:
                        continue
                    found[device.address] = device
                    if address is not None:
                        break
                    if len(found) == 1:
                        limit.reschedule(asyncio.get_running_loop().time() + SETTLE_S)
    return list(found.values())


async def pair(bluez: BlueZ, remote: RemoteDevice, ask_passkey: AskPasskey) -> None:
    """Bond with the device. Raises NotPaired."""
    if product_of(remote.name).pairing is Pairing.NONE:
        return
    async with _answering(bluez, ask_passkey) as agent:
        try:
            async with asyncio.timeout(PAIR_WITHIN_S):
                await bluez.call(remote.path, f"{DEVICE}.Pair")
        except BlueZError as error:
            if error.name != "AlreadyExists":
                await bluez.disconnect(remote.path)
                raise NotPaired(agent.why(error)) from error
        except TimeoutError as error:
            await bluez.disconnect(remote.path)
            raise NotPaired(Why.GONE) from error
    await bluez.set(remote.path, DEVICE, "Trusted", Variant("b", value=True))


async def welcome(bluez: BlueZ, remote: RemoteDevice, outbox: Outbox, now: datetime) -> KnownDevice | None:
    """Note that the device belongs to this home, and what it says about itself while it is still awake."""
    device, battery = Device(identifier=remote.address), None
    with contextlib.suppress(*BLUETOOTH_ERRORS):
        await bluez.connect(remote.path, PAIR_WITHIN_S)
        async with Client(remote.handle, on_gone=lambda: None) as client:
            device, battery = await client.identify(), await client.battery_percent()
    await bluez.disconnect(remote.path)
    service = service_of(remote.services)
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
