"""While a page is open and nobody touches it, a task that was put aside wakes on it, and one climbs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, expect

from alerting.rules import Priority
from gateway.database.pool import Pool
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.rules import load_shipped
from tests.gateway.escalation.escalation_clinic import EscalationClinic
from tests.gateway.ward import METER, glucose, message
from tests.gateway.web.browsing import sign_in
from tests.gateway.web.clinic import Clinic

MINUTE = timedelta(minutes=1)
RULES = load_shipped()


async def measure(pool: Pool, mg_dl: float, at: datetime) -> None:
    """A reading comes in, and is judged."""
    await store_batch(pool, Registry(), [message(glucose(mg_dl, at), now=at)], at)
    while await evaluate_once(pool, RULES, at):
        pass


async def test_a_task_put_aside_wakes_on_a_second_low_that_is_no_lower(
    browser_page: Page, console: str, clinic: Clinic, pool: Pool
) -> None:
    now = datetime.now(UTC)
    await clinic.add_hub()
    await clinic.carry_device(await clinic.add_patient(), now - timedelta(days=1), METER.identifier)
    await sign_in(browser_page, console, "ann")
    await measure(pool, 50, now - MINUTE)
    row = browser_page.locator("li.row")
    await row.get_by_role("button", name="Claim").click()
    await row.get_by_text("Put aside").click()
    await row.get_by_role("button", name="5 min", exact=True).click()
    await expect(row).to_contain_text("put aside")
    await browser_page.reload()
    await expect(browser_page.locator(".tally")).to_contain_text("1 put aside")
    await expect(row).to_have_count(0)
    await expect(browser_page.locator("#connection")).to_have_text("Live")
    await browser_page.evaluate("window.wasHere = true")
    await measure(pool, 51, now)
    await expect(row).to_contain_text("51 mg/dL")
    await expect(row).to_contain_text("Yours")
    assert await browser_page.evaluate("window.wasHere")


async def test_a_task_climbs_on_an_open_page_while_nobody_looks(
    browser_page: Page, console: str, clinic: Clinic, pool: Pool
) -> None:
    waiting, now = EscalationClinic(clinic, pool), datetime.now(UTC)
    task_id = await waiting.raise_task(Priority.URGENT, now)
    await sign_in(browser_page, console, "ann")
    await browser_page.goto(f"{console}/tasks/{task_id}")
    await expect(browser_page.locator("#connection")).to_have_text("Live")
    await browser_page.evaluate("window.wasHere = true")
    happened = browser_page.locator(".history")
    for minutes, told in ((16, "to the team's nurses are on their way"), (31, "to the backup is on its way")):
        await expect(happened).not_to_contain_text(told)
        await waiting.pass_until(now + minutes * MINUTE)
        await expect(happened).to_contain_text(told)
    assert await browser_page.evaluate("window.wasHere")
