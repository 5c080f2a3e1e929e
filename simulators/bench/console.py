"""Whether the console stays as fast in a big database, and what many open pages cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from statistics import median, quantiles
from typing import Final, Self

import httpx

from gateway.database.connection import Connection
from gateway.staff.permissions import Role
from gateway.web.guard.context import COOKIE
from simulators.bench.filled_database import READINGS_EACH, TASKS_EACH, fill
from simulators.bench.live_pages import PATIENCE_S, measure_live_pages
from simulators.bench.servers import Servers, open_servers
from simulators.bench.table import BenchResult

PATIENTS: Final = 20_000
PATIENTS_IF_QUICK: Final = 4_000
FEWER: Final = 100
FEWER_IF_QUICK: Final = 20
ROUNDS: Final = 3
TURNS: Final = 100
"""Requests of a page in a round."""
KEEPALIVE_S: Final = 2
"""An idle connection; the gateway closes it after five."""
AIM: Final = "1.5"
IN_REACH: Final = b"""
SELECT patient_id FROM reach JOIN staff USING (staff_id) WHERE username = %(username)s ORDER BY random()
LIMIT %(turns)s
"""
STATUS_RECEIVED: Final = b"UPDATE hub SET status_at = now() WHERE online"
"""Hubs say every few minutes that they are well; else all would be silent before the run is over."""


@dataclass(frozen=True)
class SignedInClient:
    """Somebody signed in, and patients within reach."""

    http: httpx.AsyncClient
    patients: Iterable[int]

    @classmethod
    async def of(cls, servers: Servers, conn: Connection, role: Role, token: str) -> Self:
        row = {"username": f"bench-{role}", "turns": TURNS}
        found = await (await conn.execute(IN_REACH, row)).fetchall()
        client = httpx.AsyncClient(
            base_url=servers.gateway.address,
            cookies={COOKIE: token},
            timeout=PATIENCE_S,
            limits=httpx.Limits(keepalive_expiry=KEEPALIVE_S),
            trust_env=False,
        )
        return cls(client, cycle([patient_id for (patient_id,) in found]))

    async def seconds(self, page: str) -> float:
        """To the last byte of the task list, or of the next patient's page."""
        path = "/" if page == "worklist" else f"/patients/{next(iter(self.patients))}"
        began = time.perf_counter()
        (await self.http.get(path)).raise_for_status()
        return time.perf_counter() - began


def measure_console(*, quick: bool, say: Callable[[str], None]) -> list[BenchResult]:
    """Medians of three rounds' 95th percentiles; quick: one round and a fifth of the patients."""
    return asyncio.run(_measure(quick=quick, say=say))


async def _measure(*, quick: bool, say: Callable[[str], None]) -> list[BenchResult]:
    many = PATIENTS_IF_QUICK if quick else PATIENTS
    few = many // (FEWER_IF_QUICK if quick else FEWER)
    now = datetime.now(UTC)
    async with AsyncExitStack() as stack:
        gateways, clients = [], []
        for patients in (few, many):
            say(f"filling a database with {_size(patients)}")
            servers = await stack.enter_async_context(open_servers(None, {}, now))
            async with servers.pool.connection() as conn:
                tokens = await fill(conn, patients, now)
                own = {
                    role: await SignedInClient.of(servers, conn, role, token)
                    for role, token in tokens.items()
                }
            for client in own.values():
                await stack.enter_async_context(client.http)
            gateways.append(servers)
            clients.append(own)
        rows = []
        small, big = gateways
        async with small.running(small.web()), big.running(big.web()):
            for role in (Role.NURSE, Role.ADMINISTRATOR):
                for page in ("worklist", "patient page"):
                    for servers in gateways:
                        async with servers.pool.connection() as conn:
                            await conn.execute(STATUS_RECEIVED)
                    rows += await _held_against(page, role, clients, 1 if quick else ROUNDS, say)
        async with big.running(big.web()):
            rows += await measure_live_pages(big.pool, clients[1][Role.NURSE].http, say)
        return [BenchResult("patients", many, f"and {few:,}"), *rows]


async def _held_against(
    page: str, role: Role, clients: list[dict[Role, SignedInClient]], rounds: int, say: Callable[[str], None]
) -> list[BenchResult]:
    """The page in the small and in the big database by turns."""
    small, big = (client[role] for client in clients)
    for client in (small, big):
        for _ in range(TURNS // 10):
            await client.seconds(page)
    percentiles = []
    for _ in range(rounds):
        taken = [(await small.seconds(page), await big.seconds(page)) for _ in range(TURNS)]
        percentiles.append([quantiles(each, n=20)[-1] for each in zip(*taken, strict=True)])
    few, many = (median(each) for each in zip(*percentiles, strict=True))
    say(f"{page}, {role}: {1e3 * few:.0f} ms with few patients, {1e3 * many:.0f} ms with many")
    return [
        BenchResult(f"{page}, {role}: p95 with few patients", 1e3 * few, "ms"),
        BenchResult(f"{page}, {role}: p95 with many", 1e3 * many, "ms"),
        BenchResult(f"{page}, {role}: to the smaller database", many / few, "", AIM),
    ]


def _size(patients: int) -> str:
    tasks, observations = TASKS_EACH * patients, 3 * READINGS_EACH * patients
    return f"{patients:,} patients, {tasks:,} tasks of history and {observations:,} observations"
