"""The store does the same on every kind of database: its tests run on TimescaleDB and on plain PostgreSQL.

`HEARTHBEAT_TEST_LICENSED_DATABASE_URL` adds a TimescaleDB with the Timescale licence.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from gateway.database.kind import DatabaseKind
from tests.servers.databases import drop_all, new_run
from tests.servers.embedded_postgres import open_embedded

LICENSED = os.environ.get("HEARTHBEAT_TEST_LICENSED_DATABASE_URL")
KINDS = (DatabaseKind.APACHE, DatabaseKind.PLAIN, *((DatabaseKind.LICENSED,) if LICENSED else ()))


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> DatabaseKind:
    """What the test's database is."""
    found: DatabaseKind = request.param
    return found


@pytest.fixture(scope="session")
def database_server(kind: DatabaseKind, database_server: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """The server's URL and the run's prefix."""
    if kind is DatabaseKind.PLAIN:
        with open_embedded() as url:
            yield url, new_run()
    elif kind is DatabaseKind.LICENSED and LICENSED:
        run = new_run()
        yield LICENSED, run
        drop_all(LICENSED, run)
    else:
        yield database_server
