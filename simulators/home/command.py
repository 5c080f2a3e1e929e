"""`hearthbeat-sim home` runs a home; `measure` and `press` are the hands of who lives there."""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime
from pathlib import Path

import click

from edge_agent.wire.deferred_imports import deferred_imports
from simulators.devices.values import BloodPressure, DeviceKind, Glucose, Meal, Values, Weight, measured_by
from simulators.patients.stories import Story

with deferred_imports():
    from simulators.bluez import bus
    from simulators.home import addresses, control, run, state

DAYS_BEFORE = 7
_FOLDER = "The home's --state folder."
_USER = click.option("--user", type=click.IntRange(0, 254), help="The user slot chosen on the device.")
_AT = click.option(
    "--at",
    type=click.DateTime(),
    help="When, in local time (default: now); the device keeps it until a hub comes.",
)


@click.command()
@click.option("--name", required=True, help="The home's name; the devices' addresses follow from it.")
@click.option(
    "--state",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Where it remembers.",
)
@click.option("--story", type=click.Choice([*map(str, Story)]), default=str(Story.STEADY), show_default=True)
@click.option("--seed", type=int, help="Another seed is another patient (default: follows from the name).")
@click.option(
    "--every",
    type=click.FloatRange(min=0),
    default=20.0,
    show_default=True,
    help="Seconds between measurements; 0: only by `measure`.",
)
@click.option(
    "--history",
    type=click.IntRange(min=0),
    help=f"Days of measurements that the devices hold at the first start (default: {DAYS_BEFORE}; none if"
    " --every is 0).",
)
@click.option(
    "--bus-socket",
    type=click.Path(path_type=Path),
    help="Where the bus listens (default: `bus` in the state folder).",
)
@click.option(
    "--passkey", type=click.IntRange(0, 999999), help="What the glucometer wants to be paired with."
)
def home(
    *,
    name: str,
    folder: Path,
    story: str,
    seed: int | None,
    every: float,
    history: int | None,
    bus_socket: Path | None,
    passkey: int | None,
) -> None:
    """Run one virtual home until SIGINT or SIGTERM.

    It prints the address of its bus (for DBUS_SYSTEM_BUS_ADDRESS) once a hub may use it.
    """
    settings = run.HomeSettings(
        name=name,
        story=Story(story),
        seed=addresses.seed_of(name) if seed is None else seed,
        every=every,
        history_days=history if history is not None else DAYS_BEFORE if every else 0,
        folder=folder,
        bus_socket=bus_socket or folder / "bus",
        passkey=passkey,
    )
    try:
        asyncio.run(_run(settings))
    except (state.HomeError, bus.BusUnavailable) as error:
        raise click.ClickException(str(error)) from error


async def _run(settings: run.HomeSettings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run.run_home(settings, stop, ready=click.echo)


@click.command()
@click.option("--home", "folder", required=True, type=click.Path(path_type=Path), help=_FOLDER)
@click.argument("device", type=click.Choice([*map(str, DeviceKind)]))
def press(folder: Path, device: str) -> None:
    """Press a device's button in a running home: it wakes and hands over what it holds."""
    _do(folder, control.Press(device=DeviceKind(device)))


@click.group()
@click.option("--home", "folder", type=click.Path(path_type=Path), help=_FOLDER)
@click.pass_context
def measure(context: click.Context, folder: Path | None) -> None:
    """Take one measurement in a running home."""
    context.obj = folder


@measure.command()
@click.option("--systolic", required=True, type=int, help="mmHg")
@click.option("--diastolic", required=True, type=int, help="mmHg")
@click.option("--pulse", default=70, show_default=True, help="per minute")
@_USER
@_AT
@click.pass_obj
def cuff(
    folder: Path | None, *, systolic: int, diastolic: int, pulse: int, user: int | None, at: datetime | None
) -> None:
    """Blood pressure and pulse."""
    _measure(folder, BloodPressure(systolic, diastolic, pulse, user), at)


@measure.command()
@click.option("--weight", required=True, type=float, help="kg")
@_USER
@_AT
@click.pass_obj
def scale(folder: Path | None, weight: float, user: int | None, at: datetime | None) -> None:
    """Body weight."""
    _measure(folder, Weight(weight, user), at)


@measure.command()
@click.option("--glucose", required=True, type=int, help="mg/dL")
@click.option("--meal", type=click.Choice(Meal, case_sensitive=False))
@_AT
@click.pass_obj
def glucometer(folder: Path | None, glucose: int, meal: Meal | None, at: datetime | None) -> None:
    """Blood glucose."""
    _measure(folder, Glucose(glucose, meal), at)


def _measure(folder: Path | None, values: Values, at: datetime | None) -> None:
    _do(folder, control.Press(device=measured_by(values), values=values, at=at.astimezone() if at else None))


def _do(folder: Path | None, wanted: control.Press) -> None:
    if folder is None:
        raise click.MissingParameter(param_hint="'--home'", param_type="option")
    try:
        control.press_now(folder, wanted)
    except state.HomeError as error:
        raise click.ClickException(str(error)) from error
