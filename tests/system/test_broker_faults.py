"""A broker that says a message was taken, and drops or forgets it: without a receipt it comes again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.servers.broker import GATEWAY, Broker
from tests.servers.patience import eventually
from tests.servers.small_disk import SmallDisk
from tests.system.accounts import everything_is_there_once
from tests.system.clinic import Clinic, open_clinic
from tests.system.pipeline import rows

HUBS = 3
RECORDS = 60
ROLES = ("ingest", "evaluate")
PASSWORDS = {GATEWAY: "gateway-password"}


async def test_a_broker_whose_queue_overflows_loses_nothing(tmp_path: Path, database_url: str) -> None:
    few = {"max_queued_messages": "10", "max_inflight_bytes": "2000"}  # however many a client says it takes
    with Broker(tmp_path / "broker", PASSWORDS, settings=few) as broker:
        async with clinic(tmp_path, database_url, broker) as opened:
            await hold_ingest_until(opened, lambda: "messages are being dropped" in broker.log)
            await everything_arrives(opened)


async def test_a_broker_with_a_full_disk_that_is_killed_loses_nothing(
    tmp_path: Path, database_url: str
) -> None:
    with SmallDisk(tmp_path / "disk", kib=8) as disk:
        await disk.ready()
        full = {"persistence_location": str(tmp_path / "disk"), "autosave_interval": "1"}
        with Broker(tmp_path / "broker", PASSWORDS, settings=full, within=disk.within) as broker:
            async with clinic(tmp_path, database_url, broker) as opened:
                await hold_ingest_until(opened, lambda: "No space left on device" in broker.log)
                broker.kill()
                broker.start()
                await everything_arrives(opened)


def clinic(folder: Path, database_url: str, broker: Broker) -> AbstractAsyncContextManager[Clinic]:
    return open_clinic(folder, database_url, broker, hubs=HUBS, records=RECORDS, roles=ROLES)


async def hold_ingest_until(opened: Clinic, has_happened: Callable[[], bool]) -> None:
    """Let the broker keep what hubs send, until it cannot."""
    await eventually(lambda: rows(opened.database_url, "SELECT FROM reading LIMIT 1"))
    ingest, _ = opened.workers
    ingest.pause()
    await ingest.until(has_happened)
    ingest.go_on()


async def everything_arrives(opened: Clinic) -> None:
    await opened.comes_to_rest()
    await everything_is_there_once(opened.database_url, opened.hubs)
