"""The conversation of `hearthbeat-hub pair`, with somebody who does it for the first time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from edge_agent.bluetooth.bluez import BlueZ, open_bluez
from edge_agent.bluetooth.errors import BLUETOOTH_ERRORS
from edge_agent.bluetooth.loan import LentAlready, Loan
from edge_agent.bluetooth.objects import RemoteDevice
from edge_agent.bluetooth.pairing import NotPaired, Why, find, pair, welcome
from edge_agent.commands.refusal import NoSuccess, RefusedError
from edge_agent.commands.terminal import NobodyAnswers, Terminal
from edge_agent.outbox import Outbox, OutboxError
from edge_agent.profiles import SERVICES, product_of, service_of
from edge_agent.settings import Settings

LOOK_FOR_S: Final = 120.0
TRIES: Final = 3
DIGITS: Final = 6


@dataclass(frozen=True)
class Answers:
    """What was given on the command line, so that nobody needs to be asked."""

    address: str | None = None
    passkey: int | None = None


def pair_one(settings: Settings, answers: Answers) -> None:
    """Pair one device, and say how it went. Raises RefusedError, NoSuccess."""
    try:
        with Loan(settings.home).take(), Outbox(settings.outbox) as outbox:
            asyncio.run(_converse(outbox, answers, Terminal()))
    except OutboxError as error:
        raise RefusedError(str(error)) from error
    except NobodyAnswers as error:
        raise NoSuccess("Nobody answers. Without a terminal, give --address and --passkey.") from error
    except LentAlready as error:
        raise NoSuccess("Another device is being connected to this hub just now.") from error
    except KeyboardInterrupt as error:
        raise NoSuccess("Stopped. No device was connected.") from error


async def _converse(outbox: Outbox, answers: Answers, terminal: Terminal) -> None:
    try:
        async with open_bluez() as bluez:
            if answers.address is None:
                _explain(terminal)
            remote = await _choose(answers, terminal)
            await _pair(bluez, remote, answers, terminal)
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


async def _choose(answers: Answers, terminal: Terminal) -> RemoteDevice:
    """The device that is meant. Raises NoSuccess."""
    terminal.say("Looking for it. This can take two minutes; Ctrl-C stops ...")
    refused: set[str] = set()
    while True:
        found = await find(LOOK_FOR_S, address=answers.address)
        left = [remote for remote in found if remote.address not in refused]
        if not found or (refused and not left):
            raise NoSuccess(
                "No device was found that is ready to connect. Is it awake and near the hub? A phone may "
                "hold it: switch Bluetooth off there, make the device ready again, and start anew."
            )
        terminal.say()
        if answers.address is not None:
            terminal.say(f"Found {name_of(found[0])}, a {_what(found[0])}.")
            return found[0]
        for remote in left:
            if await terminal.agrees(f"Found {name_of(remote)}, a {_what(remote)}. Is this the one?"):
                return remote
            refused.add(remote.address)
        terminal.say("Then let us look on ...")


async def _pair(bluez: BlueZ, remote: RemoteDevice, answers: Answers, terminal: Terminal) -> None:
    """Try, and let a mistyped number be typed again. Raises NoSuccess."""

    async def ask_passkey() -> int | None:
        return answers.passkey if answers.passkey is not None else await _ask_passkey(remote, terminal)

    ready = product_of(remote.name).ready or SERVICES[service_of(remote.services) or 0x1810].ready
    for tries_left in reversed(range(TRIES)):
        try:
            await pair(bluez, remote, ask_passkey)
        except NotPaired as error:
            if answers.passkey is not None or error.why is Why.GIVEN_UP or not tries_left:
                raise NoSuccess(f"{name_of(remote)} was not connected: {error}.") from error
            terminal.say()
            terminal.say(f"That did not work: {error.why.value}.")
            terminal.say(f"Make the device ready once more. {ready}")
            if not await find(LOOK_FOR_S, address=remote.address):
                raise NoSuccess(f"{name_of(remote)} was not found again. Please start anew.") from error
        else:
            return


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
