"""In the guest: play the scenes that are named, and tell of each."""

from __future__ import annotations

import asyncio
import os
import platform
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

import click

from simulators.faults import chance
from tests.radio.guest import scenes_bonds, scenes_faults, scenes_measurements
from tests.radio.guest.bus import Refused
from tests.radio.guest.night import Night
from tests.radio.guest.scene import SCENES, Scene
from tests.radio.guest.world import BLUETOOTHD, LOGS, Missed, World, open_world, prepare
from tests.radio.report import SceneResult, Verdict, Versions, line_of

SCENE_WITHIN_S = 420.0
LINES_SHOWN = 100
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
    begun, said_before = time.monotonic(), {log: log.stat().st_size for log in LOGS.iterdir()}
    try:
        async with asyncio.timeout(None if kind == "night" else SCENE_WITHIN_S):
            seen, verdict = await scene(world), Verdict.PASS
    except (Missed, Refused, AssertionError, TimeoutError) as missed:
        traceback.print_exc()
        seen, verdict = [f"expected: {str(missed) or type(missed).__name__}"], Verdict.FAIL
    finally:  # beside the loop: the console is slow, and the controllers are to answer
        await asyncio.to_thread(_show_logs, said_before)
    return SceneResult(kind, verdict, round(time.monotonic() - begun, 1), tuple(seen))


def _tell(event: SceneResult | Versions) -> None:
    click.echo(f"\n{line_of(event)}")  # the kernel may have left its line open


def _a_night(figures: str) -> Scene:
    hours, _, seed = figures.partition(":")
    return lambda world: Night(world, chance(int(seed))).last(float(hours))


def _show_logs(said_before: Mapping[Path, int]) -> None:
    """The end of what each process has said since it was so long."""
    for log in sorted(LOGS.iterdir()):
        said = log.read_bytes()[said_before.get(log, 0) :].decode(errors="replace")
        click.echo("\n".join(f"{log.name}: {line}" for line in said.splitlines()[-LINES_SHOWN:]))


def _versions(names: list[str]) -> Versions:
    version = subprocess.run([BLUETOOTHD, "--version"], capture_output=True, text=True, check=True)
    return Versions(platform.release(), version.stdout.strip(), tuple(names))


if __name__ == "__main__":
    os.environ["TZ"] = "Europe/Vienna"
    time.tzset()
    prepare()
    _tell(_versions(sys.argv[1:]))
    asyncio.run(main(sys.argv[1:]))
