"""What many open task lists cost the gateway, and how long a change takes to all of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from statistics import median
from typing import Final

import httpx

from gateway.database.pool import Pool
from gateway.notifications import open_pages
from simulators.bench.servers import cpu_s, resident_mb
from simulators.bench.table import BenchResult

PAGES: Final = 200
CHANGES: Final = 5
IDLE_S: Final = 20.0
"""Longer than a beat."""
PATIENCE_S: Final = 120


class OpenPage:
    """A task list that fetches itself anew after each change, as the console's own script does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.updated = asyncio.Event()
        self.shown = asyncio.Event()

    def forget(self) -> None:
        self.updated.clear()
        self.shown.clear()

    async def keep_open(self) -> None:
        async with self._client.stream("GET", "/events", timeout=None) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                if line == "event: tasks":
                    self.updated.set()
                    (await self._client.post("/worklist", timeout=PATIENCE_S)).raise_for_status()
                    self.shown.set()


async def measure_live_pages(
    pool: Pool, client: httpx.AsyncClient, say: Callable[[str], None]
) -> list[BenchResult]:
    """CPU time and memory of the only `web` process that runs, with pages of one member of staff."""
    pages = [OpenPage(client) for _ in range(PAGES)]
    before_mb = resident_mb("web")
    async with asyncio.timeout(10 * PATIENCE_S), asyncio.TaskGroup() as group, AsyncExitStack() as stack:
        for page in pages:
            stack.callback(group.create_task(page.keep_open()).cancel)
        say(f"{PAGES} open pages")
        await asyncio.gather(*(page.shown.wait() for page in pages))
        began_s = cpu_s("web")
        await asyncio.sleep(IDLE_S)
        idle = (cpu_s("web") - began_s) / IDLE_S
        began_s, updated, shown = cpu_s("web"), [], []
        for number in range(CHANGES):
            say(f"change {number + 1} of {CHANGES}")
            for page in pages:
                page.forget()
            began = time.perf_counter()
            async with pool.connection() as conn:
                await open_pages.notify(conn)
            await asyncio.gather(*(page.updated.wait() for page in pages))
            updated.append(time.perf_counter() - began)
            await asyncio.gather(*(page.shown.wait() for page in pages))
            shown.append(time.perf_counter() - began)
        a_change_s = (cpu_s("web") - began_s) / CHANGES
        grown_mb = resident_mb("web") - before_mb
    return [
        BenchResult(f"{PAGES} open pages: memory of web", before_mb + grown_mb, "MB"),
        BenchResult(f"{PAGES} open pages: grown by", grown_mb, "MB"),
        BenchResult(f"{PAGES} open pages: CPU while nothing changes", 100 * idle, "% of a core"),
        BenchResult("a change: until all pages hear of it", median(updated), "s", "2"),
        BenchResult("a change: until all pages show it", median(shown), "s"),
        BenchResult("a change: CPU of web", a_change_s, "s"),
    ]
