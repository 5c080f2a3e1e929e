"""`hearthbeat-hub`: the home hub's command line."""

from __future__ import annotations

import click

from edge_agent.commands.decode import decode
from edge_agent.commands.devices import devices_command, forget_command
from edge_agent.commands.doctor import doctor_command
from edge_agent.commands.pair import pair_command
from edge_agent.commands.run import run_command
from edge_agent.commands.status import status_command


@click.group()
@click.version_option(package_name="hearthbeat")
def main() -> None:
    """The home hub: reads the devices of a home and sends what they measure."""


main.add_command(run_command)
main.add_command(status_command)
main.add_command(doctor_command)
main.add_command(pair_command)
main.add_command(devices_command)
main.add_command(forget_command)
main.add_command(decode)
