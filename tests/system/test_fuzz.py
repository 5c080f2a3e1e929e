"""Thousands of damaged messages through the whole way: the gateway runs on, and each is accounted for.

HEARTHBEAT_FUZZED_MESSAGES says how many, HEARTHBEAT_FUZZ_SEED which.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest

from simulators.fuzz import fuzzed_messages
from tests.servers.broker import Broker
from tests.servers.patience import eventually
from tests.system.pipeline import enrol, open_gateway, rows
from tests.system.strange_hub import EPOCH, StrangeHub, strange_hub

HUB = "home-1"
MESSAGES = int(os.environ.get("HEARTHBEAT_FUZZED_MESSAGES", "20000"))
SEED = int(os.environ.get("HEARTHBEAT_FUZZ_SEED", "20261122"))
AT_A_TIME = 100
UNDER_WAY = 400
"""Without receipt: a broker's queue is bounded, and this hub sends nothing again."""


@pytest.mark.timeout(900 + MESSAGES // 10)  # beside eight busy loops ten come through a second
@pytest.mark.parametrize("seed", [SEED])
async def test_damaged_messages_end_in_quarantine_or_in_the_store(
    seed: int, tmp_path: Path, database_url: str, broker: Broker
) -> None:
    messages = fuzzed_messages(seed, MESSAGES, EPOCH, datetime.now(UTC))
    sent = positions = 0
    strays: list[bytes] = []
    async with (
        open_gateway(tmp_path / "gateway", database_url, broker) as gateway,
        strange_hub(HUB, await enrol(HUB, gateway, broker), broker) as hub,
    ):
        while some := list(islice(messages, AT_A_TIME)):
            for message in some:
                hub.publish_as(message.payload, message.correlation, message.properties)
            sent += len(some)
            positions += sum(message.count for message in some)
            strays += [sha256(message.payload).digest() for message in some if not message.count]
            await receipts_come(hub, sent - len(strays) - UNDER_WAY)
        await receipts_come(hub, sent - len(strays))

        async def all_strays() -> bool:
            kept = await rows(database_url, "SELECT count(*) FROM quarantine WHERE hub_run IS NULL")
            return kept == [(len(set(strays)),)]  # the same bytes are kept once

        await eventually(all_strays)
        assert gateway.is_running
    assert sum(len(receipt.positions) for receipt in hub.receipts) == positions
    assert await rows(database_url, "SELECT held::text FROM hub_run") == [(f"{{[1,{positions + 1})}}",)]
    stored = {position for receipt in hub.receipts for position in receipt.stored}
    refused = {each.position for receipt in hub.receipts for each in receipt.quarantined}
    assert await rows(
        database_url, "SELECT position FROM reading UNION ALL SELECT position FROM event ORDER BY 1"
    ) == [(position,) for position in sorted(stored)]
    assert await rows(
        database_url,
        "SELECT position FROM quarantine, generate_series(first_position, last_position) AS position"
        " WHERE hub_run IS NOT NULL ORDER BY 1",
    ) == [(position,) for position in sorted(refused)]
    assert stored
    assert refused


async def receipts_come(hub: StrangeHub, count: int) -> None:
    """Returns when the hub has so many."""

    async def enough() -> bool:
        return len(hub.receipts) >= count

    await eventually(enough)
