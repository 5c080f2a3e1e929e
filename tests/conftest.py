"""Real servers for the tests: one TimescaleDB for all workers; a database, broker and page for whoever asks.

`HEARTHBEAT_TEST_DATABASE_URL` names another server to use; only databases made here are touched on it.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.examples import use_everywhere
from tests.servers.broker import GATEWAY, Broker
from tests.servers.chromium import open_page
from tests.servers.clock import Clock
from tests.servers.databases import drop_all, fresh_database, new_run
from tests.servers.timescale import Timescale, open_timescale
from tests.servers.timescale_root import ensure_root

if TYPE_CHECKING:
    from playwright.async_api import Page


use_everywhere()


class WorkerNode(Protocol):
    """A worker as its controller sees it."""

    config: pytest.Config
    workerinput: dict[str, object]


LONG = "system"
"""The folder of the tests that start many processes."""
LONGEST = ("test_chaos.py", "test_hub_kills.py", "test_fuzz.py", "test_replay.py", "test_demo.py")
SERVER = pytest.StashKey[tuple[str, str]]()
"""The database server's URL, and the prefix of what this run makes there."""


def pytest_configure(config: pytest.Config) -> None:
    """Who starts workers starts their database server too; without workers it is started when asked for."""
    if hasattr(config, "workerinput"):
        config.stash[SERVER] = config.workerinput["database"]
    elif config.getoption("numprocesses", None):
        try:
            config.stash[SERVER] = start_server(config)
        except RuntimeError as failure:
            raise pytest.UsageError(str(failure)) from failure


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each worker begins with its share of the long tests: one that comes last would be waited for."""
    items.sort(key=lambda item: (item.path.parent.name != LONG, item.path.name not in LONGEST))
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = [item for worker in range(workers) for item in items[worker::workers]]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerNode) -> None:
    node.workerinput["database"] = node.config.stash[SERVER]


def start_server(config: pytest.Config) -> tuple[str, str]:
    """The server that the environment names, or our own; what the run makes there ends with it."""
    run = new_run()
    if given := os.environ.get("HEARTHBEAT_TEST_DATABASE_URL"):
        config.add_cleanup(lambda: drop_all(given, run))
        return given, run
    closing = ExitStack()
    config.add_cleanup(closing.close)
    server = closing.enter_context(open_timescale(ensure_root(print)))
    return server.url, run


@pytest.fixture(scope="session")
def database_server(pytestconfig: pytest.Config) -> tuple[str, str]:
    """The server's URL and the run's prefix."""
    if SERVER not in pytestconfig.stash:
        pytestconfig.stash[SERVER] = start_server(pytestconfig)
    return pytestconfig.stash[SERVER]


@pytest.fixture
async def database_url(database_server: tuple[str, str]) -> AsyncIterator[str]:
    """A migrated, empty database of the test's own."""
    async with fresh_database(*database_server) as url:
        yield url


@pytest.fixture
def own_timescale() -> Iterator[Timescale]:
    """A running server of the test's own, for tests that kill it."""
    with open_timescale(ensure_root(print)) as server:
        yield server


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running broker that knows the gateway; hubs are added by name."""
    with Broker(tmp_path / "broker", {GATEWAY: "gateway-password"}) as running:
        yield running


@pytest.fixture
def clock(tmp_path: Path, database_server: object, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What every process goes by that is started from now on; the database, which runs, needs no clock."""
    assert database_server
    moved = Clock(tmp_path / "clock")
    for name, value in moved.environment.items():
        monkeypatch.setenv(name, value)
    return moved


@pytest.fixture
async def browser_page() -> AsyncIterator[Page]:
    """A page at desktop size."""
    async with open_page() as page:
        yield page
