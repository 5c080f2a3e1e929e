"""The SQLite file of a hub: opening it so that a commit survives a power cut, and the named statements."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final

SCHEMAS: Final = ("schema.sql", "schema_2.sql")
"""What leads from each version to the next. An outbox of an older version gets the rest."""


class OutboxError(Exception):
    """The file cannot be used as an outbox. Says which and why."""


def _load_statements() -> dict[str, str]:
    text = files(__package__).joinpath("statements.sql").read_text()
    named = (part.partition("\n") for part in text.split("-- name: ")[1:])
    return {name.strip(): statement.strip() for name, _, statement in named}


STATEMENTS: Final = _load_statements()


def open_database(path: Path) -> sqlite3.Connection:
    """Open the outbox at `path`, made (mode 0600) if it is not there. Raises OutboxError."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(
            "PRAGMA synchronous = FULL"
        )  # a reading is kept when add() returns, power cut or not
        database.execute("PRAGMA foreign_keys = ON")
        with transaction(database):
            _migrate(database, path)
    except sqlite3.DatabaseError as error:
        database.close()
        raise OutboxError(f"{path} cannot be used as an outbox: {error}") from error
    except OutboxError:
        database.close()
        raise
    return database


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > len(SCHEMAS):
        raise OutboxError(f"{path} was written by a newer version of this program (schema {version})")
    for schema in SCHEMAS[version:]:
        for statement in files(__package__).joinpath(schema).read_text().split(";\n"):
            database.execute(statement)
    if version < len(SCHEMAS):
        database.execute(f"PRAGMA user_version = {len(SCHEMAS)}")


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; on disk when it ends."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
