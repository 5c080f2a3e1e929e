"""In the guest: play the scenes that are named, and tell of each."""

from __future__ import annotations

import asyncio
import os
import platform
import subprocess
import sys
import time

import click

from simulators.faults import chance
from tests.radio.guest import scenes_bonds, scenes_faults, scenes_measurements
from tests.radio.guest.night import Night
from tests.radio.guest.scene import SCENES, Scene
from tests.radio.guest.world import BLUETOOTHD, LOGS, Missed, World, open_world, prepare
from tests.radio.report import SceneResult, Verdict, Versions, line_of

SCENE_WITHIN_S = 420.0
PLAYED = (scenes_bonds, scenes_faults, scenes_measurements)
"""Each enters its scenes in SCENES."""


async def main(names: list[str]) -> None:
    """Play them in order; `night:HOURS:SEED` is one of its own."""
    async with open_world() as world:
        for name in names:
            _tell(await _play(name, world))


async def _play(name: str, world: World) -> SceneResult:
    kind, _, figures = name.partition(":")
    scene = _a_night(figures) if kind == "night" else SCENES[name]
    begun = time.monotonic()
    try:
        async with asyncio.timeout(None if kind == "night" else SCENE_WITHIN_S):
            seen, verdict = await scene(world), Verdict.PASS
    except (Missed, AssertionError, TimeoutError) as missed:
        seen, verdict = [f"expected: {missed}"], Verdict.FAIL
        _show_logs()
    return SceneResult(kind, verdict, round(time.monotonic() - begun, 1), tuple(seen))


def _tell(event: SceneResult | Versions) -> None:
    click.echo(f"\n{line_of(event)}")  # the kernel may have left its line open


def _a_night(figures: str) -> Scene:
    hours, _, seed = figures.partition(":")
    return lambda world: Night(world, chance(int(seed))).last(float(hours))


def _show_logs() -> None:
    for log in sorted(LOGS.iterdir()):
        lines = log.read_text(errors="replace").splitlines()[-40:]
        click.echo("\n".join(f"{log.name}: {line}" for line in lines))


def _versions(names: list[str]) -> Versions:
    version = subprocess.run([BLUETOOTHD, "--version"], capture_output=True, text=True, check=True)
    return Versions(platform.release(), version.stdout.strip(), tuple(names))


if __name__ == "__main__":
    os.environ["TZ"] = "Europe/Vienna"
    time.tzset()
    prepare()
    _tell(_versions(sys.argv[1:]))
    asyncio.run(main(sys.argv[1:]))
