"""The SQLite file of a hub: opening it so that a commit survives a power cut, and the named statements."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

SCHEMAS: Final = ("schema.sql", "schema_2.sql", "schema_3.sql", "schema_4.sql", "schema_5.sql")
"""What leads from each version to the next. An outbox of an older version gets the rest."""
PAGE_BYTES: Final = 512
"""A commit writes whole pages, and memory cards wear: with SQLite's usual 4096 it is three times as much."""
BESIDE: Final = ("", "-wal", "-shm")
"""The files of one SQLite database."""
SET_ASIDE: Final = ".damaged-"


class OutboxError(Exception):
    """The file cannot be used as an outbox. Says which and why."""


class OutboxDamaged(OutboxError):
    """The file is there and is no whole outbox: cut short, overwritten, or worn out with its card."""


class OutboxFull(OutboxError):
    """The disk has no room for what was to be kept. Nothing of it was, and nothing else was lost."""


def _load_statements() -> dict[str, str]:
    text = files(__package__).joinpath("statements.sql").read_text()
    named = (part.partition("\n") for part in text.split("-- name: ")[1:])
    return {name.strip(): statement.strip() for name, _, statement in named}


STATEMENTS: Final = _load_statements()


def open_database(path: Path) -> sqlite3.Connection:
    """Open the outbox at `path`, made (mode 0600) if it is not there. Raises OutboxError."""
    if not path.exists():
        _begin(path)
    database = sqlite3.connect(path, isolation_level=None)
    try:
        _check(database, path)
        _prepare(database, path)
    except sqlite3.DatabaseError as error:
        database.close()
        raise OutboxDamaged(f"{path} cannot be used as an outbox: {error}") from error
    except OutboxError:
        database.close()
        raise
    return database


def set_aside(path: Path, now: datetime) -> Path:
    """Rename the files of the database at `path`, whatever they hold; where its main file is now."""
    mark = f"{SET_ASIDE}{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"
    for suffix in BESIDE:
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.rename(path.with_name(path.name + mark + suffix))
    _write_through(path.parent)
    return path.with_name(path.name + mark)


def those_set_aside(path: Path) -> list[Path]:
    """What `set_aside` renamed and nobody has taken away, oldest first."""
    return sorted(
        file for file in path.parent.glob(f"{path.name}{SET_ASIDE}*") if not file.name.endswith(BESIDE[1:])
    )


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; on disk when it ends, or when the one around it does. Raises OutboxFull."""
    is_inner = database.in_transaction
    if is_inner:
        yield
        return
    try:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("COMMIT")
    except BaseException as error:
        if database.in_transaction:
            database.execute("ROLLBACK")
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise OutboxFull("no room on the disk of the outbox") from error
        raise


def _begin(path: Path) -> None:
    """Make it under another name: a file of this name that is empty was not always so."""
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.new-", dir=path.parent)
    os.close(descriptor)
    new = Path(name)
    try:
        with closing(sqlite3.connect(new, isolation_level=None)) as database:
            _prepare(database, new)
        with suppress(FileExistsError):  # another process of this hub was quicker, and may have used it
            path.hardlink_to(new)
    finally:
        new.unlink()
    _write_through(path.parent)


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    database.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # of a new file; another keeps its own
    database.execute("PRAGMA journal_mode = WAL")
    # A reading is kept when add() returns, power cut or not.
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA foreign_keys = ON")
    with transaction(database):
        _migrate(database, path)


def _check(database: sqlite3.Connection, path: Path) -> None:
    problems = database.execute("PRAGMA quick_check(1)").fetchone()
    if problems != ("ok",):
        raise OutboxDamaged(f"{path} cannot be used as an outbox: {problems[0]}")
    if database.execute("PRAGMA user_version").fetchone() == (0,):
        raise OutboxDamaged(f"{path} cannot be used as an outbox: it is empty")


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > len(SCHEMAS):
        raise OutboxError(f"{path} was written by a newer version of this program (schema {version})")
    for schema in SCHEMAS[version:]:
        for statement in files(__package__).joinpath(schema).read_text().split(";\n"):
            database.execute(statement)
    if version < len(SCHEMAS):
        database.execute(f"PRAGMA user_version = {len(SCHEMAS)}")


def _write_through(folder: Path) -> None:
    """Let a renaming in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
