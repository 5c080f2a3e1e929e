"""What only time shows: a second measurement that comes or does not, a patient who is missed, an outage."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from simulators.provisioning import administrator
from tests.servers.broker import Broker
from tests.servers.clock import Clock
from tests.servers.patience import eventually
from tests.system.pipeline import rows
from tests.system.street import Street, open_street

SEVERE = "severe-blood-pressure"
MISSED = "no-blood-pressure"


class Opening(Protocol):
    """Opens a street of so many homes."""

    def __call__(self, *, homes: int) -> AbstractAsyncContextManager[Street]: ...


@pytest.fixture
def opening(tmp_path: Path, database_url: str, broker: Broker, clock: Clock) -> Opening:
    return partial(open_street, tmp_path, database_url, broker, clock)


@pytest.mark.parametrize(
    ("second", "task"),
    [
        ((190, 115), (SEVERE, "ready", "confirmed")),
        ((132, 84), (SEVERE, "cancelled", "withdrawn")),
        (None, (SEVERE, "ready", "not-repeated")),
    ],
    ids=["still high", "normal", "none"],
)
async def test_a_second_measurement_is_asked_for_beside_an_urgent_task(
    second: tuple[int, int] | None,
    task: tuple[str, str, str],
    opening: Opening,
) -> None:
    async with opening(homes=1) as street:
        [home] = street.households
        await home.measure(188, 112)
        await street.shows([(SEVERE, "ready", "asked")])
        await street.time_passes(minutes=6)
        if second is not None:
            await home.measure(*second)
        else:
            await street.time_passes(minutes=30)
        await street.shows([task])


async def test_who_does_not_measure_is_missed(opening: Opening) -> None:
    async with opening(homes=1) as street:
        [home] = street.households
        await home.measure(128, 82)
        await street.time_passes(hours=47)
        assert await street.tasks() == []
        await street.time_passes(hours=2)
        assert await street.tasks() == [(MISSED, "ready", None)]
        await home.measure(128, 82)
        await street.shows([(MISSED, "cancelled", None)])


async def test_a_pause_keeps_silent_who_is_missing_and_no_dangerous_value(opening: Opening) -> None:
    async with opening(homes=1) as street:
        [home] = street.households
        await home.measure(128, 82)
        async with administrator(street.gateway.address, street.gateway.sign_in) as admin:
            now = street.clock.now()
            await admin.pause(home.patient_id, "holiday", now, now + timedelta(days=10))
        await street.time_passes(days=9)
        assert await street.tasks() == []
        await home.measure(188, 112)
        await street.shows([(SEVERE, "ready", "asked")])
        await street.time_passes(days=4)
        assert await street.tasks() == [(SEVERE, "ready", "not-repeated"), (MISSED, "ready", None)]


async def test_a_broker_that_is_away_is_one_task_until_two_hours_after(
    opening: Opening, broker: Broker, database_url: str
) -> None:
    async with opening(homes=3) as street:
        for home in street.households:
            await home.measure(128, 82)
        await street.everything_is_judged()
        broker.kill()
        await street.time_passes(hours=49, can_hubs_speak=False)
        assert await street.tasks() == [("operational", "ready", None)]
        assert await rows(database_url, "SELECT title FROM task") == [("Most hubs are not heard from",)]

        broker.start()
        back, *others = street.households
        await back.measure(128, 82)
        await eventually(street.no_hub_is_away)
        await street.time_passes(hours=1.9)
        assert await street.tasks() == [("operational", "ready", None)]
        await street.time_passes(hours=0.2)
        assert await street.tasks() == [("operational", "ready", None), *[(MISSED, "ready", None)] * 2]
        missed = await rows(database_url, "SELECT patient_id FROM task WHERE patient_id IS NOT NULL")
        assert sorted(missed) == [(each.patient_id,) for each in others]
