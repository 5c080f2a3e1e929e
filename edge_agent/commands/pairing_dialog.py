"""The conversation of `hearthbeat-hub pair`, with somebody who does it for the first time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from edge_agent.bluetooth.bluez import BlueZ, open_bluez
from edge_agent.bluetooth.errors import BLUETOOTH_ERRORS, Trouble
from edge_agent.bluetooth.objects import RemoteDevice
from edge_agent.bluetooth.pairing import NotPaired, Why, find, pair, releasing, welcome
from edge_agent.bluetooth.radio_lock import RadioInUse, RadioLock
from edge_agent.commands.refusal import NoSuccess, RefusedError
from edge_agent.commands.terminal import NobodyAnswers, Terminal
from edge_agent.outbox import Outbox, OutboxError
from edge_agent.profiles import SERVICES, product_of, service_of
from edge_agent.settings import Settings

LOOK_FOR_S: Final = 120.0
TRIES: Final = 3
DIGITS: Final = 6
_UNPAIRED: Final = "Some devices cannot be paired, and need not be. Shall the hub read this one as it is?"


@dataclass(frozen=True)
class PairingOptions:
    """What was given on the command line, so that nobody needs to be asked."""

    address: str | None = None
    passkey: int | None = None


def pair_one(settings: Settings, options: PairingOptions) -> None:
    """Pair one device, and say how it went. Raises RefusedError, NoSuccess."""
    try:
        with RadioLock(settings.home).hold(), Outbox(settings.outbox) as outbox:
            asyncio.run(_converse(outbox, options, Terminal()))
    except OutboxError as error:
        raise RefusedError(str(error)) from error
    except NobodyAnswers as error:
        raise NoSuccess("Nobody answers. Without a terminal, give --address and --passkey.") from error
    except RadioInUse as error:
        raise NoSuccess("Another device is being connected to this hub just now.") from error
    except KeyboardInterrupt as error:
        raise NoSuccess("Stopped. No device was connected.") from error


async def _converse(outbox: Outbox, options: PairingOptions, terminal: Terminal) -> None:
    try:
        async with open_bluez() as bluez:
            if options.address is None:
                _explain(terminal)
            remote = await _choose(bluez, outbox, options, terminal)
            remote = await _pair(bluez, remote, options, terminal)
            terminal.say(f"{name_of(remote)} is connected. One moment ...")
            known = await welcome(bluez, remote, outbox, datetime.now(UTC))
    except BLUETOOTH_ERRORS as error:
        raise NoSuccess(
            f"Bluetooth does not work on this hub ({error}). `hearthbeat-hub doctor` says what to do."
        ) from error
    terminal.say()
    terminal.say(f"Done: {name_of(remote)} now belongs to this hub.")
    if known is not None and known.battery_percent is not None:
        terminal.say(f"Its battery is at {known.battery_percent} %.")
    terminal.say(
        "From now on its measurements are sent by themselves. There is nothing to press here any more."
    )
    terminal.say("To try it, take a measurement and leave the device near the hub for a minute.")


def name_of(remote: RemoteDevice) -> str:
    return remote.name or remote.address


def _what(remote: RemoteDevice) -> str:
    service = service_of(remote.services)
    return "device" if service is None else SERVICES[service].noun


def _ready(remote: RemoteDevice) -> str:
    """What makes it ready to be paired."""
    return product_of(remote.name).ready or SERVICES[service_of(remote.services) or 0x1810].ready


def _explain(terminal: Terminal) -> None:
    terminal.say("Let us connect a device to this hub. It takes about two minutes.")
    terminal.say()
    terminal.say("1. Put the device next to the hub.")
    terminal.say("2. Make it ready to connect. If its manual says how, do that. Otherwise:")
    for service in SERVICES.values():
        terminal.say()
        terminal.say(f"{service.noun.capitalize()}:", indent="     ")
        terminal.say(service.ready, indent="       ")
    terminal.say()


class _Search:
    """Which devices that show themselves may be connected, and which are here already."""

    def __init__(self, outbox: Outbox, address: str | None) -> None:
        self._address = address
        self._lost = {
            known.device.identifier for known in outbox.devices.all() if known.trouble == Trouble.BOND_LOST
        }
        self._refused: set[str] = set()
        self.paired: dict[str, str] = {}  # not ready: address and name

    def is_ready(self, remote: RemoteDevice) -> bool:
        if self._address is not None:
            return remote.address == self._address
        if remote.paired and not (remote.is_limited_discoverable or remote.address in self._lost):
            self.paired[remote.address] = name_of(remote)
            return False
        return remote.address not in self._refused

    def refuse(self, remote: RemoteDevice) -> None:
        self._refused.add(remote.address)


async def _choose(bluez: BlueZ, outbox: Outbox, options: PairingOptions, terminal: Terminal) -> RemoteDevice:
    """The device that is meant. Raises NoSuccess."""
    search = _Search(outbox, options.address)
    while True:
        found = await _look(bluez, search.is_ready, terminal, only_one=options.address is not None)
        if not found:
            raise NoSuccess(_not_found(search.paired))
        terminal.say()
        for remote in found:
            if remote.paired and await _was_reset(remote, options, terminal):
                await bluez.remove(remote)
                terminal.say(f"Make the device ready once more. {_ready(remote)}")
                break
            if not remote.paired and await _is_meant(remote, options, terminal):
                return remote
            search.refuse(remote)


async def _look(
    bluez: BlueZ, is_ready: Callable[[RemoteDevice], bool], terminal: Terminal, *, only_one: bool
) -> list[RemoteDevice]:
    def begun() -> None:
        terminal.say("Looking for it. This can take two minutes; Ctrl-C stops ...")

    async with releasing(bluez):
        return await find(LOOK_FOR_S, is_ready, begun, only_one=only_one)


def _not_found(paired: Mapping[str, str]) -> str:
    here = "".join(
        f" {name} is paired with this hub already: if it was reset, `hearthbeat-hub forget {address}` first."
        for address, name in paired.items()
    )
    return (
        "No device was found that is ready to connect. Is it awake and near the hub? A phone may "
        f"hold it: switch Bluetooth off there, make the device ready again, and start anew.{here}"
    )


async def _is_meant(remote: RemoteDevice, options: PairingOptions, terminal: Terminal) -> bool:
    found = f"Found {name_of(remote)}, a {_what(remote)}."
    if options.address is None:
        return await terminal.agrees(f"{found} Is this the one?")
    terminal.say(found)
    return True


async def _was_reset(remote: RemoteDevice, options: PairingOptions, terminal: Terminal) -> bool:
    """Whether to forget its bond and connect it anew. Raises NoSuccess where nobody is to be asked."""
    name = name_of(remote)
    if options.address is not None:
        raise NoSuccess(
            f"{name} is paired with this hub already. If it was reset, first "
            f"`hearthbeat-hub forget {remote.address}`."
        )
    terminal.say(f"Found {name}, a {_what(remote)}. It is paired with this hub already.")
    return await terminal.agrees("Was it reset, and is it to be connected anew?", at_enter=False)


async def _pair(
    bluez: BlueZ, remote: RemoteDevice, options: PairingOptions, terminal: Terminal
) -> RemoteDevice:
    """The device as it is then. Try, and let a mistyped number be typed again. Raises NoSuccess."""

    async def ask_passkey() -> int | None:
        return options.passkey if options.passkey is not None else await _ask_passkey(remote, terminal)

    tries_left = TRIES
    while True:
        try:
            return await pair(bluez, remote, ask_passkey)
        except NotPaired as error:
            tries_left -= 1
            if options.passkey is not None or error.why is Why.GIVEN_UP or not tries_left:
                raise NoSuccess(f"{name_of(remote)} was not connected: {error}.") from error
            terminal.say()
            terminal.say(f"That did not work: {error.why.value}.")
            if error.why is Why.REFUSED and await terminal.agrees(_UNPAIRED, at_enter=False):
                return remote
            terminal.say(f"Make the device ready once more. {_ready(remote)}")
            if not await _look(bluez, lambda seen: seen.path == remote.path, terminal, only_one=True):
                raise NoSuccess(f"{name_of(remote)} was not found again. Please start anew.") from error


async def _ask_passkey(remote: RemoteDevice, terminal: Terminal) -> int | None:
    terminal.say()
    terminal.say(f"{name_of(remote)} now shows a number with six digits.")
    while True:
        typed = (await terminal.ask("Type this number and press Enter:")).replace(" ", "")
        if not typed:
            return None
        if len(typed) == DIGITS and typed.isascii() and typed.isdecimal():
            return int(typed)
        terminal.say("The number has six digits, zeros in front included. Please look again.")
