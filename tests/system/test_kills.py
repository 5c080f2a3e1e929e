"""kill -9 between two named steps: the reading is there exactly once, and so is its task."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.broker import Broker
from tests.servers.patience import eventually
from tests.servers.timescale import Timescale
from tests.system import breakpoints
from tests.system.breakpoints import Stop
from tests.system.pipeline import Pipeline
from tests.system.scene import open_scene

ONCE = ("reading", "raw_reading", "episode", "task", "task_transition", "evidence")
EMPTY = ("due", "quarantine")


async def arrives_exactly_once(pipeline: Pipeline) -> None:
    await eventually(pipeline.has_receipt)
    await eventually(lambda: pipeline.rows("SELECT FROM task"))
    await eventually(lambda: pipeline.rows("SELECT WHERE NOT EXISTS (SELECT FROM due)"))
    assert await pipeline.rows("SELECT systolic_bp, diastolic_bp FROM reading") == [(190, 125)]
    assert await pipeline.rows("SELECT held::text FROM hub_run") == [("{[1,2)}",)]
    assert await pipeline.counts(*ONCE) == [1] * len(ONCE)
    assert await pipeline.counts(*EMPTY) == [0] * len(EMPTY)


@pytest.mark.parametrize(
    "between",
    [breakpoints.outbox_write_and_publish, breakpoints.publish_and_commit, breakpoints.receipt_and_outbox],
)
async def test_kill_9_of_the_hub_between(
    between: Stop, tmp_path: Path, database_url: str, broker: Broker
) -> None:
    async with open_scene(tmp_path, database_url, broker) as scene:
        async with between(scene):
            await scene.kill_hub()
        scene.pipeline.hub.start()
        await arrives_exactly_once(scene.pipeline)


@pytest.mark.parametrize(
    "between",
    [breakpoints.publish_and_commit, breakpoints.commit_and_acknowledge, breakpoints.receipt_and_outbox],
)
async def test_kill_9_of_the_broker_between(
    between: Stop, tmp_path: Path, database_url: str, broker: Broker
) -> None:
    async with open_scene(tmp_path, database_url, broker) as scene:
        async with between(scene):
            await scene.kill_broker()
        broker.start()
        await arrives_exactly_once(scene.pipeline)


@pytest.mark.parametrize(
    "between",
    [
        breakpoints.publish_and_commit,
        breakpoints.commit_and_acknowledge,
        breakpoints.acknowledge_and_receipt,
        breakpoints.commit_and_task_insert,
    ],
)
async def test_kill_9_of_the_gateway_between(
    between: Stop, tmp_path: Path, database_url: str, broker: Broker
) -> None:
    async with open_scene(tmp_path, database_url, broker) as scene:
        async with between(scene):
            await scene.kill_gateway()
        scene.pipeline.gateway.start()
        await arrives_exactly_once(scene.pipeline)


@pytest.mark.parametrize(
    "between",
    [breakpoints.publish_and_commit, breakpoints.commit_and_acknowledge, breakpoints.commit_and_task_insert],
)
async def test_kill_9_of_the_database_between(
    between: Stop, tmp_path: Path, own_timescale: Timescale, broker: Broker
) -> None:
    async with open_scene(tmp_path, own_timescale.url, broker) as scene:
        async with between(scene):
            own_timescale.kill()
        own_timescale.start()
        await arrives_exactly_once(scene.pipeline)
