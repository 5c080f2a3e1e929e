"""The servers that other tests stand on do what those tests believe."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from playwright.async_api import Page

from tests.servers.patience import patience, until
from tests.servers.ports import LOOPBACK
from tests.servers.proxy import open_proxy
from tests.servers.timescale import Timescale

PROJECT = Path(__file__).parents[2]


async def test_a_database_is_migrated_and_apart(database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        cursor = await conn.execute("SELECT hypertable_name FROM timescaledb_information.hypertables")
        assert ("reading",) in await cursor.fetchall()
        assert await (await conn.execute("SELECT count(*) FROM patient")).fetchone() == (0,)


def test_a_killed_database_keeps_what_was_committed(own_timescale: Timescale) -> None:
    with psycopg.connect(own_timescale.url) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 1 AS value")
    own_timescale.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(own_timescale.url, connect_timeout=2)
    own_timescale.start()
    with psycopg.connect(own_timescale.url) as conn:
        assert conn.execute("SELECT value FROM kept").fetchall() == [(1,)]


START_AND_SAY = """
import signal
import sys
from pathlib import Path

from tests.servers.broker import Broker
from tests.servers.timescale import open_timescale
from tests.servers.timescale_root import ensure_root

with open_timescale(ensure_root(print)), Broker(Path(sys.argv[1]), {}):
    print("up", flush=True)
    signal.pause()
"""


def test_servers_end_with_a_killed_test(tmp_path: Path) -> None:
    command = [sys.executable, "-c", START_AND_SAY, str(tmp_path)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        assert tests.stdout.readline() == "up\n"
        servers = psutil.Process(tests.pid).children(recursive=True)
        assert {"mosquitto", "postgres"} <= {each.name() for each in servers}
        os.kill(tests.pid, signal.SIGKILL)
        until(lambda: not any(is_alive(each) for each in servers), otherwise=lambda: str(servers))


def is_alive(process: psutil.Process) -> bool:
    """A container without an init process keeps orphans that have ended: they are no more alive."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_a_page_runs_scripts(browser_page: Page) -> None:
    await browser_page.set_content(
        "<p>before</p><script>document.querySelector('p').textContent = 'after'</script>"
    )
    assert await browser_page.inner_text("p") == "after"


async def test_a_proxy_holds_releases_and_cuts() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, LOOPBACK)
    port = server.sockets[0].getsockname()[1]
    async with server, open_proxy(port) as proxy, patience("what passes a proxy"):
        reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
        writer.write(b"one")
        assert await reader.readexactly(3) == b"one"

        proxy.to_client.hold()
        writer.write(b"two")
        await proxy.to_client.wait_until_held(b"two")
        proxy.to_client.release()
        assert await reader.readexactly(3) == b"two"

        proxy.to_client.hold()
        writer.write(b"three, four")
        await proxy.to_client.wait_until_held(b"four")
        proxy.to_client.pass_on(b"three")
        assert await reader.readexactly(5) == b"three"
        assert proxy.to_client.held_by_connection == [b", four"]
        proxy.to_client.release()
        assert await reader.readexactly(6) == b", four"

        proxy.to_server.hold()
        writer.write(b"lost")
        await proxy.to_server.wait_until_held()
        proxy.to_server.drop()
        assert proxy.to_server.held == b""

        await proxy.cut()
        assert await reader.read() == b""
        writer.close()
