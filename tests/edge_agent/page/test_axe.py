"""The hub's page keeps nobody out: axe finds no serious barrier in any of its states, small or large."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.async_api import Page as BrowserPage

from edge_agent.outbox import Outbox
from edge_agent.publisher import HubHealth
from edge_agent.settings import DueMeasurement
from edge_agent.wire.codes import HubProblem
from edge_agent.wire.messages import DeviceStatus, Quarantined, Receipt
from tests.edge_agent.page.home_page import (
    CUFF,
    NOW,
    PRESSURE_TWICE,
    WEIGH_DAILY,
    blood_pressure,
    office_hours,
    open_home_page,
)
from tests.edge_agent.samples import NOON, weight
from tests.servers.axe import barriers
from tests.servers.chromium import DESKTOP, PHONE
from tests.servers.ports import LOOPBACK

ALL_IS_WRONG = HubHealth(
    (DeviceStatus(device=CUFF, battery_percent=9),), clock_synchronised=False, problems=tuple(HubProblem)
)


def fill(outbox: Outbox) -> None:
    """Something that has arrived, what could not be used, what waits, and the team's hours."""
    outbox.add_all([weight(captured_at=NOON - timedelta(days=2)), blood_pressure(NOON)])
    refused = Quarantined(position=2, reason="measured before 1980")
    receipt = Receipt(batch_id=uuid4(), epoch=outbox.epoch, stored=(1,), quarantined=(refused,))
    outbox.settle(receipt, NOON)
    outbox.add_all([weight(captured_at=NOON - timedelta(days=1)).model_copy(update={"user": 2})])
    outbox.care.store(office_hours())


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize(
    ("is_filled", "health", "due"),
    [
        (False, HubHealth(), ()),
        (True, HubHealth(), ()),
        (True, HubHealth(), (WEIGH_DAILY, PRESSURE_TWICE)),
        (True, ALL_IS_WRONG, (WEIGH_DAILY,)),
    ],
    ids=["new", "measured", "due", "wrong"],
)
async def test_no_state_of_the_page_is_a_barrier(
    outbox: Outbox,
    browser_page: BrowserPage,
    size: tuple[int, int],
    *,
    is_filled: bool,
    health: HubHealth,
    due: Sequence[DueMeasurement],
) -> None:
    if is_filled:
        fill(outbox)
    await browser_page.set_viewport_size({"width": size[0], "height": size[1]})
    async with open_home_page(outbox, health, due, NOW + timedelta(hours=4)) as port:
        await browser_page.goto(f"http://{LOOPBACK}:{port}/")
        assert await barriers(browser_page) == []


async def test_a_barrier_would_be_found(outbox: Outbox, browser_page: BrowserPage) -> None:
    async with open_home_page(outbox) as port:
        await browser_page.goto(f"http://{LOOPBACK}:{port}/")
        await browser_page.evaluate("document.querySelector('main').append(new Image())")
        assert [each.partition(":")[0] for each in await barriers(browser_page)] == ["image-alt"]
