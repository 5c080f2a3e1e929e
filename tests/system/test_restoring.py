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
from tests.system.way import ASTA, Way, open_way

DEPLOY = Path(__file__).parents[2] / "deploy/backup"
every_hub = pytest.mark.parametrize("packed_hub", [None, AT_51A7713], ids=["today", "51a7713"])


@every_hub
async def test_after_a_restore_hubs_send_again_what_came_since(
    tmp_path: Path, database_url: str, broker: Broker, packed_hub: Path | None
) -> None:
    async with open_way(tmp_path, database_url, broker, packed_hub=packed_hub) as way:
        await way.assign(await way.admit(ASTA), DeviceKind.CUFF)
        await measure(way, 190)
        await eventually(lambda: way.rows("SELECT FROM task"))
        await back_up(way, tmp_path / "backup")
        await measure(way, 191)
        await way.home.measure(DeviceKind.SCALE, weight=81)
        await eventually(lambda: receipts(way, 3))
        way.gateway.kill()
        await make_empty(database_url)
        await restore(way, tmp_path / "backup")
        assert await way.rows("SELECT systolic_bp FROM reading") == [(190,)]
        way.gateway.start()
        await way.gateway.ready()
        await speak_again(way)
        await eventually(lambda: way.rows("SELECT FROM hub_run WHERE held @> 3::bigint"))
        await eventually(lambda: way.rows("SELECT WHERE NOT EXISTS (SELECT FROM due)"))
        found = await way.rows("SELECT systolic_bp, body_weight FROM reading ORDER BY systolic_bp")
        assert found == [(190, None), (191, None), (None, 81)]
        assert await way.rows("SELECT held::text FROM hub_run") == [("{[1,4)}",)]
        assert await way.counts("raw_reading", "task", "quarantine") == [3, 1, 0]


@every_hub
async def test_a_restored_hub_begins_a_new_epoch(
    tmp_path: Path, database_url: str, broker: Broker, packed_hub: Path | None
) -> None:
    async with open_way(tmp_path, database_url, broker, packed_hub=packed_hub) as way:
        await measure(way, 150)
        await eventually(lambda: receipts(way, 1))
        way.hub.kill()
        shutil.copytree(tmp_path / "hub", tmp_path / "copy")
        way.hub.start()
        await measure(way, 151)
        await eventually(lambda: receipts(way, 2))
        way.hub.kill()
        shutil.rmtree(tmp_path / "hub")
        shutil.move(tmp_path / "copy", tmp_path / "hub")
        way.hub.start()
        await way.hub.ready()
        await measure(way, 152)  # at a position that 151 has
        await eventually(lambda: receipts(way, 2))
        await eventually(lambda: is_told_to_leave(way))
        await eventually(lambda: " epoch_left " in way.hub.log)
        await measure(way, 153)
        await eventually(lambda: receipts(way, 3))
        found = await way.rows("SELECT systolic_bp FROM reading ORDER BY measured_at")
        assert found == [(150,), (151,), (152,), (153,)]
        held = await way.rows("SELECT held::text FROM hub_run ORDER BY hub_run")
        assert held == [("{[1,3)}",), ("{[1,2)}",)]


async def measure(way: Way, systolic: int) -> None:
    await way.home.measure(DeviceKind.CUFF, systolic=systolic, diastolic=100)


async def receipts(way: Way, count: int) -> bool:
    """Whether the hub holds so many readings, and a receipt for each."""
    kept = way.hub.outbox()
    return len(kept) == count and all(each.outcome and not each.is_waiting for each in kept)


async def speak_again(way: Way) -> None:
    """A hub says how it stands when it connects, and then each minute."""
    way.hub.kill()
    way.hub.start()
    await way.hub.ready()


async def is_told_to_leave(way: Way) -> bool:
    """It is told once a word of some seconds later says the same; and whenever it is heard from then on."""
    before = await way.rows("SELECT status_at FROM hub")
    await speak_again(way)
    await eventually(lambda: is_heard_since(way, before))
    return "hub_commanded" in way.gateway.log


async def is_heard_since(way: Way, before: list[tuple[Any, ...]]) -> bool:
    now = await way.rows("SELECT status_at FROM hub WHERE online")
    return bool(now) and now != before


async def back_up(way: Way, file: Path) -> None:
    await run(way, DEPLOY / "backup", file)


async def restore(way: Way, file: Path) -> None:
    await run(way, DEPLOY / "restore", file)
    await way.gateway.run(HEARTHBEAT, "migrate")


async def run(way: Way, script: Path, file: Path) -> None:
    """With PostgreSQL's programs at hand, and the gateway's settings."""
    path = f"PATH={shipped_binaries()}:{os.environ['PATH']}"
    await way.gateway.run("env", path, str(script), str(file))
