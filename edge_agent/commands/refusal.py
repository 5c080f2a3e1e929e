"""How a command says that it cannot do what was asked."""

from __future__ import annotations

import click


class RefusedError(click.ClickException):
    """One line, and status 2: nothing was started."""

    exit_code = 2


class NoSuccess(click.ClickException):
    """It was tried and did not work. Says what to do."""
