"""`hearthbeat-sim`: virtual homes, streams of readings, the demo, and replays of recorded measurements."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {
    "bench": "simulators.bench.command",
    "demo": "simulators.demo.command",
    "home": "simulators.home.command",
    "measure": "simulators.home.command",
    "press": "simulators.home.command",
    "replay": "simulators.replay.command",
    "score": "simulators.score.command",
    "stream": "simulators.stream.command",
}


class _Commands(click.Group):
    """Imports a command when it is used: a virtual home needs nothing of what the demo needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(module), cmd_name)
        return command


@click.group(cls=_Commands)
def main() -> None:
    """Hearthbeat's simulators: nobody here is a real person, and no device is a real device."""
