"""`hearthbeat-sim`: virtual homes, streams of readings, the demo, and replays of recorded measurements."""

from __future__ import annotations

import click

from simulators.bench.command import bench
from simulators.demo.command import demo
from simulators.home.command import home, measure, press
from simulators.replay.command import replay
from simulators.score.command import score
from simulators.stream.command import stream


@click.group()
@click.version_option(package_name="hearthbeat")
def main() -> None:
    """Hearthbeat's simulators: nobody here is a real person, and no device is a real device."""


for each in (bench, demo, home, measure, press, replay, score, stream):
    main.add_command(each)
