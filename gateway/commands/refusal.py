"""How a command ends when what it was given cannot be used."""

from __future__ import annotations

import click


class BadInput(click.ClickException):
    """What was given cannot be used."""

    exit_code = 2
