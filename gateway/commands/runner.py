"""How a command runs: its settings, its work to the end, and what an operator can mend said in one line."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import click

from edge_agent.wire.deferred_imports import deferred_imports
from gateway import settings
from gateway.settings import SettingError
from gateway.staff.permissions import NotPermitted

with deferred_imports():
    from gateway import rules
    from gateway.database import kind, migrate, pool
    from gateway.hubs import broker_access
    from gateway.ingest import quarantine, retry
    from gateway.staff import accounts, sessions

T = TypeVar("T")


def expected() -> tuple[type[Exception], ...]:
    """What an operator can mend; said in one line, without a trace."""
    return (
        SettingError,
        rules.RuleFileError,
        migrate.NotMigrated,
        migrate.MigrationChanged,
        kind.KindChanged,
        sessions.UnknownStaff,
        accounts.AccountClosed,
        NotPermitted,
        quarantine.UnknownMessage,
        quarantine.MessageSettled,
        retry.NoHeader,
        broker_access.PasswordsNotWritten,
        OSError,
        *pool.DATABASE_AWAY,
    )


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
    except expected() as error:
        raise click.ClickException(_line(error)) from error
    except BaseExceptionGroup as group:
        mendable, others = group.split(expected())
        if mendable is None or others is not None:
            raise
        raise click.ClickException(_line(mendable)) from group


def _line(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, pool.DATABASE_AWAY):
        return f"the database cannot be reached or used: {str(error).strip()}"
    return str(error)
