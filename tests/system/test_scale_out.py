"""Several processes share the work of a role: killing one at any moment loses and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulators.faults import kills
from tests.servers.broker import Broker
from tests.system.accounts import everything_is_there_once
from tests.system.clinic import carry_out, open_clinic

HUBS = 4
RECORDS = 200
KILLS = 6
SEED = 20261122


@pytest.mark.parametrize("ingesters", [2, 4])
async def test_killing_workers_loses_and_doubles_nothing(
    ingesters: int, tmp_path: Path, database_url: str, broker: Broker
) -> None:
    roles = ("ingest",) * ingesters + ("evaluate",) * 2
    async with open_clinic(tmp_path, database_url, broker, hubs=HUBS, records=RECORDS, roles=roles) as clinic:
        for kill in kills(SEED, KILLS, clinic.workers):
            await carry_out(kill)
        await clinic.comes_to_rest()
        await everything_is_there_once(database_url, clinic.hubs)
