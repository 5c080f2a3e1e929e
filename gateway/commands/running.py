"""How a command runs: its settings, its work to the end, and what an operator can mend said in one line."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import click

from gateway import settings
from gateway.broker_access import PasswordsNotWritten
from gateway.identity.accounts import AccountClosed
from gateway.identity.permissions import NotPermitted
from gateway.ingest.retrying import NoHeader
from gateway.rules import RuleFileError
from gateway.settings import SettingError
from gateway.store.kinds import KindChanged
from gateway.store.migrate import MigrationChanged, NotMigrated
from gateway.store.pool import DATABASE_AWAY
from gateway.store.quarantine import MessageSettled, UnknownMessage
from gateway.store.sessions import UnknownStaff

T = TypeVar("T")

EXPECTED = (
    SettingError,
    RuleFileError,
    NotMigrated,
    MigrationChanged,
    KindChanged,
    UnknownStaff,
    AccountClosed,
    NotPermitted,
    UnknownMessage,
    MessageSettled,
    NoHeader,
    PasswordsNotWritten,
    OSError,
    *DATABASE_AWAY,
)
"""What an operator can mend; said in one line, without a trace."""


def database_url() -> str:
    """The database of the environment, for commands that need nothing else."""
    try:
        return settings.database_url()
    except SettingError as error:
        raise click.ClickException(str(error)) from error


def all_settings() -> settings.Settings:
    """The settings of the environment."""
    try:
        return settings.read_settings()
    except SettingError as error:
        raise click.ClickException(str(error)) from error


def do(work: Coroutine[object, object, T]) -> T:
    """Run to the end; what an operator can mend becomes one line and exit code 1."""
    try:
        return asyncio.run(work)
    except EXPECTED as error:
        raise click.ClickException(_line(error)) from error
    except BaseExceptionGroup as group:
        expected, others = group.split(EXPECTED)
        if expected is None or others is not None:
            raise
        raise click.ClickException(_line(expected)) from group


def _line(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, DATABASE_AWAY):
        return f"the database cannot be reached or used: {str(error).strip()}"
    return str(error)
