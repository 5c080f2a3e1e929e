"""Everything is killed at random, hubs and database too; in the end nothing is lost, double or unjudged.

HEARTHBEAT_CHAOS_KILLS says how many kills, HEARTHBEAT_CHAOS_SEED which.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from simulators.faults import kills
from tests.servers.broker import Broker
from tests.servers.timescale import Timescale
from tests.system.accounts import everything_is_there_once
from tests.system.clinic import Victim, carry_out, open_clinic

HUBS = 4
WORKERS = ("ingest", "ingest", "evaluate", "evaluate")
KILLS = int(os.environ.get("HEARTHBEAT_CHAOS_KILLS", "20"))
SEED = int(os.environ.get("HEARTHBEAT_CHAOS_SEED", "20261122"))
RECORDS_A_KILL = 25
"""So many that hubs have something to send until the last kill."""
REST_WITHIN_S = 600 + 4 * KILLS
"""Most of the records are still to be read when the last kill comes, where the machine is slow."""
SLOW_S = 300 + 12 * KILLS + 2 * REST_WITHIN_S
"""The kills and both rests, each as slow as beside eight busy loops."""


@pytest.mark.timeout(SLOW_S)
@pytest.mark.parametrize("seed", [SEED])
async def test_kills_at_random_lose_and_double_nothing(
    seed: int, tmp_path: Path, own_timescale: Timescale, broker: Broker
) -> None:
    records = RECORDS_A_KILL * KILLS
    async with open_clinic(
        tmp_path, own_timescale.url, broker, hubs=HUBS, records=records, roles=WORKERS
    ) as clinic:
        supervising = asyncio.create_task(clinic.supervise())
        victims: list[Victim] = [*clinic.processes, broker, own_timescale]
        for kill in kills(seed, KILLS, victims):
            await carry_out(kill)
        await clinic.comes_to_rest(within_s=REST_WITHIN_S)
        supervising.cancel()
        await everything_is_there_once(own_timescale.url, clinic.hubs)
