"""A weekend in the console: what presses climbs while nobody looks, what does not waits for Monday."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, expect

from alerting.rules import Priority
from gateway.database.pool import Pool
from gateway.resources import Resources
from gateway.web.app import create_app
from gateway.web.live import Live
from gateway.web.server import listen, serve
from tests.gateway.escalation.escalation_clinic import EscalationClinic
from tests.gateway.web.browsing import sign_in
from tests.gateway.web.clinic import Clinic
from tests.servers.ports import LOOPBACK

FRIDAY_NIGHT = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)  # 22:00 in Berlin, where the team is
MONDAY = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)  # 8:00, when it is there again
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ROUTINE = "Twice as heavy as usual"
PLAN = """
WITH gone AS (DELETE FROM team_hours WHERE weekday > 5), lead AS (
    UPDATE team_plan SET backup_id = %(ben)s, lead_id = %(adam)s
)
UPDATE team_hours SET opens = 480, closes = 1020 WHERE weekday <= 5
"""


@dataclass
class Weekend:
    """The console and the role `escalate` on one clock, which only `pass_until` moves."""

    console: str
    waiting: EscalationClinic
    now: datetime

    async def pass_until(self, now: datetime) -> None:
        """Returns when the role has done what time did to tasks."""
        self.now = now
        await self.waiting.pass_until(now)


@asynccontextmanager
async def open_weekend(resources: Resources, clinic: Clinic, pool: Pool) -> AsyncIterator[Weekend]:
    settings, live = resources.settings, Live()
    people = {name: clinic.staff[name].staff_id for name in ("ben", "adam")}
    await clinic.conn.execute(PLAN, people)
    await clinic.conn.commit()
    weekend = Weekend(f"http://{LOOPBACK}:{settings.web_port}", EscalationClinic(clinic, pool), FRIDAY_NIGHT)
    app = create_app(resources, live, clock=lambda: weekend.now)
    with listen("HEARTHBEAT_WEB_PORT", LOOPBACK, settings.web_port) as listener:
        async with asyncio.TaskGroup() as group:
            hearing = group.create_task(live.listen(settings.database_url))
            group.create_task(serve(app, listener, resources.stop, ending=hearing.cancel))
            yield weekend
            resources.stop.set()


async def test_over_a_weekend_what_presses_climbs_and_what_does_not_waits_for_monday(
    browser_page: Page, resources: Resources, clinic: Clinic, pool: Pool
) -> None:
    page = browser_page
    async with open_weekend(resources, clinic, pool) as weekend:
        urgent = await weekend.waiting.raise_task(Priority.URGENT, FRIDAY_NIGHT)
        routine = await weekend.waiting.raise_task(Priority.ROUTINE, FRIDAY_NIGHT + MINUTE)
        rows = {task_id: page.locator(f"#task-{task_id}") for task_id in (urgent, routine)}

        # Friday night: a page is open, and nobody touches it.
        await sign_in(page, weekend.console, "ann")
        here = page.context
        assert here.browser is not None
        beside = await here.browser.new_page(storage_state=await here.storage_state())
        await beside.goto(f"{weekend.console}/tasks/{urgent}")
        for each in (page, beside):
            await expect(each.locator("#connection")).to_have_text("Live")
            await each.evaluate("window.wasHere = true")
        await expect(rows[urgent].locator(".clock")).to_have_text("15 min to take")
        told = beside.locator(".history li")
        for minutes, level in (
            (15, "to the team's nurses are on their way"),
            (30, "to the backup is on its way"),
            (45, "to the lead is on its way"),
        ):
            await expect(beside.locator(".history")).not_to_contain_text(level)
            await weekend.pass_until(FRIDAY_NIGHT + minutes * MINUTE)
            await expect(told.filter(has_text=level)).to_have_count(1)
            await expect(told.filter(has_text=level)).to_contain_text(f"22:{minutes:02}")
            overdue = f"{minutes - 15} min overdue".removeprefix("0 min ")
            await expect(rows[urgent].locator(".clock")).to_have_text(overdue)
        await expect(page.locator(".tally")).to_contain_text("1 overdue")
        await expect(rows[routine].locator(".clock")).to_have_text("2 days to take")
        assert await page.evaluate("window.wasHere")
        assert await beside.evaluate("window.wasHere")
        await beside.close()

        # Saturday and Sunday: the lead hears of the one again and again, nobody of the other.
        for hours in range(1, 50):
            await weekend.pass_until(FRIDAY_NIGHT + hours * HOUR)
        await page.goto(weekend.console)  # the session of Friday night is over
        await sign_in(page, weekend.console, "ann")
        await expect(rows[routine].locator(".clock")).to_have_text("17 h to take")
        assert await nobody_was_told(weekend, routine)

        # Monday: its eight hours are those from eight to four.
        await weekend.pass_until(MONDAY + 8 * HOUR - MINUTE)
        await page.goto(weekend.console)
        await sign_in(page, weekend.console, "ann")
        await page.goto(f"{weekend.console}/tasks/{routine}")
        await expect(page.locator("#connection")).to_have_text("Live")
        await expect(page.locator(".standing .clock")).to_have_text("1 min to take")
        assert await nobody_was_told(weekend, routine)
        await page.evaluate("window.wasHere = true")
        await weekend.pass_until(MONDAY + 8 * HOUR)
        await expect(page.locator(".history")).to_contain_text("to the team's nurses are on their way")
        await expect(page.locator(".standing .clock")).to_have_text("overdue")
        assert await page.evaluate("window.wasHere")


async def nobody_was_told(weekend: Weekend, task_id: int) -> bool:
    return await weekend.waiting.rows("SELECT FROM escalation WHERE task_id = %s", task_id) == []
