"""A gateway or a hub that is restored from a backup is older than the other side, which makes up for it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from simulators.demo.postgres import shipped_binaries
from simulators.devices.values import DeviceKind
from tests.servers.broker import Broker
from tests.servers.databases import make_empty
from tests.servers.gateway import HEARTHBEAT
from tests.servers.hub import AT_51A7713
from tests.servers.patience import eventually
from tests.system.pipeline import ASTA, Pipeline, open_pipeline

DEPLOY = Path(__file__).parents[2] / "deploy/backup"
every_hub = pytest.mark.parametrize("packed_hub", [None, AT_51A7713], ids=["today", "51a7713"])


@every_hub
async def test_after_a_restore_hubs_send_again_what_came_since(
    tmp_path: Path, database_url: str, broker: Broker, packed_hub: Path | None
) -> None:
    async with open_pipeline(tmp_path, database_url, broker, packed_hub=packed_hub) as pipeline:
        await pipeline.assign(await pipeline.admit(ASTA), DeviceKind.CUFF)
        await measure(pipeline, 190)
        await eventually(lambda: pipeline.rows("SELECT FROM task"))
        await back_up(pipeline, tmp_path / "backup")
        await measure(pipeline, 191)
        await pipeline.home.measure(DeviceKind.SCALE, weight=81)
        await eventually(lambda: receipts(pipeline, 3))
        pipeline.gateway.kill()
        await make_empty(database_url)
        await restore(pipeline, tmp_path / "backup")
        assert await pipeline.rows("SELECT systolic_bp FROM reading") == [(190,)]
        pipeline.gateway.start()
        await pipeline.gateway.ready()
        await speak_again(pipeline)
        await eventually(lambda: pipeline.rows("SELECT FROM hub_run WHERE held @> 3::bigint"))
        await eventually(lambda: pipeline.rows("SELECT WHERE NOT EXISTS (SELECT FROM due)"))
        found = await pipeline.rows("SELECT systolic_bp, body_weight FROM reading ORDER BY systolic_bp")
        assert found == [(190, None), (191, None), (None, 81)]
        assert await pipeline.rows("SELECT held::text FROM hub_run") == [("{[1,4)}",)]
        assert await pipeline.counts("raw_reading", "task", "quarantine") == [3, 1, 0]


@every_hub
async def test_a_restored_hub_begins_a_new_epoch(
    tmp_path: Path, database_url: str, broker: Broker, packed_hub: Path | None
) -> None:
    async with open_pipeline(tmp_path, database_url, broker, packed_hub=packed_hub) as pipeline:
        await measure(pipeline, 150)
        await eventually(lambda: receipts(pipeline, 1))
        pipeline.hub.kill()
        shutil.copytree(tmp_path / "hub", tmp_path / "copy")
        pipeline.hub.start()
        await measure(pipeline, 151)
        await eventually(lambda: receipts(pipeline, 2))
        pipeline.hub.kill()
        shutil.rmtree(tmp_path / "hub")
        shutil.move(tmp_path / "copy", tmp_path / "hub")
        pipeline.hub.start()
        await pipeline.hub.ready()
        await measure(pipeline, 152)  # at a position that 151 has
        await eventually(lambda: receipts(pipeline, 2))
        await eventually(lambda: is_told_to_leave(pipeline))
        await eventually(lambda: " epoch_left " in pipeline.hub.log)
        await measure(pipeline, 153)
        await eventually(lambda: receipts(pipeline, 3))
        found = await pipeline.rows("SELECT systolic_bp FROM reading ORDER BY measured_at")
        assert found == [(150,), (151,), (152,), (153,)]
        held = await pipeline.rows("SELECT held::text FROM hub_run ORDER BY hub_run")
        assert held == [("{[1,3)}",), ("{[1,2)}",)]


async def measure(pipeline: Pipeline, systolic: int) -> None:
    await pipeline.home.measure(DeviceKind.CUFF, systolic=systolic, diastolic=100)


async def receipts(pipeline: Pipeline, count: int) -> bool:
    """Whether the hub holds so many readings, and a receipt for each."""
    kept = pipeline.hub.outbox()
    return len(kept) == count and all(each.outcome and not each.is_waiting for each in kept)


async def speak_again(pipeline: Pipeline) -> None:
    """A hub says how it stands when it connects, and then each minute."""
    pipeline.hub.kill()
    pipeline.hub.start()
    await pipeline.hub.ready()


async def is_told_to_leave(pipeline: Pipeline) -> bool:
    """It is told once a word of some seconds later says the same; and whenever it is heard from then on."""
    before = await pipeline.rows("SELECT status_at FROM hub")
    await speak_again(pipeline)
    await eventually(lambda: has_reported_since(pipeline, before))
    return "hub_commanded" in pipeline.gateway.log


async def has_reported_since(pipeline: Pipeline, before: list[tuple[Any, ...]]) -> bool:
    now = await pipeline.rows("SELECT status_at FROM hub WHERE online")
    return bool(now) and now != before


async def back_up(pipeline: Pipeline, file: Path) -> None:
    await run(pipeline, DEPLOY / "backup", file)


async def restore(pipeline: Pipeline, file: Path) -> None:
    await run(pipeline, DEPLOY / "restore", file)
    await pipeline.gateway.run(HEARTHBEAT, "migrate")


async def run(pipeline: Pipeline, script: Path, file: Path) -> None:
    """With PostgreSQL's programs at hand, and the gateway's settings."""
    path = f"PATH={shipped_binaries()}:{os.environ['PATH']}"
    await pipeline.gateway.run("env", path, str(script), str(file))
