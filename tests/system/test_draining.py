"""Who is asked to end finishes what is under way, and ends well."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.servers.broker import Broker
from tests.servers.patience import eventually
from tests.servers.stream_hub import Stream
from tests.system import breakpoints
from tests.system.accounts import everything_is_there_once
from tests.system.clinic import open_clinic
from tests.system.scene import open_scene

ROLES = ("ingest", "evaluate")


async def test_the_batch_under_way_is_stored_acknowledged_and_receipted(
    tmp_path: Path, database_url: str, broker: Broker
) -> None:
    async with open_scene(tmp_path, database_url, broker) as scene:
        gateway = scene.pipeline.gateway
        async with breakpoints.publish_and_commit(scene):
            gateway.ask_to_end()
            await gateway.until(lambda: "Shutting down" in gateway.log)
        assert await gateway.ended() == 0
        assert await scene.is_stored()
        await eventually(scene.pipeline.has_receipt)


async def has_a_receipt(hub: Stream) -> bool:
    return " receipt hub=" in hub.log


async def test_who_ends_in_the_middle_of_a_stream_goes_on_later(
    tmp_path: Path, database_url: str, broker: Broker
) -> None:
    async with open_clinic(tmp_path, database_url, broker, hubs=2, records=60, roles=ROLES) as clinic:
        _, evaluate = clinic.workers
        await evaluate.until(lambda: " judged " in evaluate.log)
        for hub in clinic.hubs:
            await eventually(partial(has_a_receipt, hub))
        for process in clinic.processes:
            process.ask_to_end()
            assert await process.ended() == 0, process.log
            process.start()
        await clinic.comes_to_rest()
        await everything_is_there_once(database_url, clinic.hubs)
