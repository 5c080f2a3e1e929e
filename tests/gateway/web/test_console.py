"""The console in a browser, served by the role itself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
from playwright.async_api import Page, expect

from tests.gateway.web.clinic import PASSWORD, Clinic
from tests.servers.chromium import open_page

ODD = ('<img src=x onerror="document.title=1">', 'O\'Brien "Mo" مريم الهاشمي ' + "x" * 200)


async def sign_in(page: Page, console: str, username: str) -> None:
    await page.goto(console)
    await page.get_by_label("User name").fill(username)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#connection")).to_have_text("Live")


@pytest.fixture
async def ann(console: str, browser_page: Page) -> Page:
    await sign_in(browser_page, console, "ann")
    return browser_page


@pytest.fixture
async def ben(console: str) -> AsyncIterator[Page]:
    async with open_page() as page:
        await sign_in(page, console, "ben")
        yield page


async def test_a_task_appears_without_reload_and_is_claimed_and_completed(ann: Page, clinic: Clinic) -> None:
    await expect(ann.get_by_role("heading", name="0 open tasks")).to_be_visible()
    await expect(ann.get_by_text("An empty list is not reassurance")).to_be_visible()
    await clinic.add_task(await clinic.add_patient(), "urgent")
    row = ann.locator("li.row")
    await expect(row).to_contain_text("Miller, Grace")
    await expect(row).to_contain_text("born 4 May 1951")
    await expect(row).to_contain_text("Systolic 190 mmHg (above 180 mmHg)")
    await expect(ann.get_by_role("heading", name="urgent 1")).to_be_visible()

    await row.get_by_role("button", name="Claim").click()
    await expect(row).to_contain_text("Yours")
    await row.get_by_text("Steps and evidence").click()
    await expect(row).to_contain_text("Call the patient")
    await expect(row).to_contain_text("severe-high, version 1. Source: A guideline, 2025")
    await row.locator("summary", has_text="Complete").click()
    assert "not-reached" not in await row.locator("select").inner_html()
    await row.get_by_label("Outcome").select_option("Patient reached, advice given")
    await row.get_by_label("Note").fill("Feels well.")
    await row.get_by_role("button", name="Complete the task").click()
    await expect(ann.get_by_role("heading", name="0 open tasks")).to_be_visible()


async def test_two_people_claim_at_once_and_the_other_is_told_who_won(
    ann: Page, ben: Page, clinic: Clinic
) -> None:
    pages = (ann, ben)
    for page in pages:  # neither page hears of the other's claim before its own
        await page.route("**/worklist", lambda route: route.abort())
    await clinic.add_task(await clinic.add_patient())
    for page in pages:
        await page.reload()
    await asyncio.gather(*(page.get_by_role("button", name="Claim").click() for page in pages))
    for page in pages:
        await expect(page.get_by_role("button", name="Claim")).to_have_count(0)
    yours = [await page.get_by_text("Yours", exact=True).count() for page in pages]
    assert sorted(yours) == [0, 1]
    winner, loser = ("Ann Lee", ben) if yours[0] else ("Ben Lee", ann)
    await expect(loser.get_by_role("alert")).to_have_text(f"{winner} has this task.")


async def test_a_note_in_writing_is_not_swept_away_by_news(ann: Page, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    await clinic.add_task(patient_id, "urgent")
    await ann.get_by_role("button", name="Claim").click()
    await ann.locator("summary", has_text="Complete").click()
    await ann.get_by_label("Note").fill("half a sentence")
    await clinic.add_task(patient_id, "stat", title="Something worse")
    await expect(ann.get_by_text("The list has changed.")).to_be_visible()
    await expect(ann.get_by_label("Note")).to_have_value("half a sentence")
    await ann.get_by_role("button", name="Show the changes").click()
    await expect(ann.locator("li.row").first).to_contain_text("Something worse")
    await expect(ann.get_by_text("The list has changed.")).to_be_hidden()


async def test_a_lost_connection_is_said_and_the_page_catches_up(
    ann: Page, clinic: Clinic, database_url: str
) -> None:
    await ann.context.set_offline(offline=True)
    await expect(ann.locator("#connection")).to_contain_text("this list is out of date")
    await clinic.add_task(await clinic.add_patient())
    await ann.context.set_offline(offline=False)
    await expect(ann.locator("#connection")).to_have_text("Live", timeout=20_000)
    await expect(ann.locator("li.row")).to_have_count(1)


async def test_when_the_gateway_hears_nothing_the_page_says_so(
    ann: Page, clinic: Clinic, database_url: str
) -> None:
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as other:
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'hearthbeat-live'"
        )
    await expect(ann.locator("#connection")).to_contain_text("Connection lost")
    await expect(ann.locator("#connection")).to_have_text("Live", timeout=20_000)
    await clinic.add_task(await clinic.add_patient())
    await expect(ann.locator("li.row")).to_have_count(1)


async def test_odd_names_are_shown_as_text(ann: Page, clinic: Clinic) -> None:
    violations: list[str] = []
    ann.on("console", lambda message: violations.append(message.text))
    await clinic.add_task(await clinic.add_patient("<i>7</i>", ODD), reason='5 < 6 & "so"')
    row = ann.locator("li.row")
    await expect(row.locator(".name")).to_have_text(f"{ODD[0]}, {ODD[1]}")
    await expect(row).to_contain_text("<i>7</i>")
    await expect(row).to_contain_text('5 < 6 & "so"')
    assert await ann.title() == "Tasks · Hearthbeat"
    for width in (1280, 390, 320):
        await ann.set_viewport_size({"width": width, "height": 800})
        assert await ann.evaluate("document.documentElement.scrollWidth") <= width
    assert violations == []


async def test_a_task_is_worked_with_the_keyboard_alone(ann: Page, clinic: Clinic) -> None:
    await clinic.add_task(await clinic.add_patient())
    await expect(ann.locator("li.row")).to_have_count(1)
    await tab_to(ann, "Claim")
    await ann.keyboard.press("Enter")
    await expect(ann.get_by_text("Yours", exact=True)).to_be_visible()
    await expect(ann.get_by_role("heading", name="1 yours")).to_be_visible()  # the news has come round
    await tab_to(ann, "Complete")
    await ann.keyboard.press("Enter")
    await ann.keyboard.press("Tab")
    await ann.keyboard.type("Visit")
    await ann.keyboard.press("Tab")
    await ann.keyboard.type("Tomorrow at ten.")
    await ann.keyboard.press("Tab")
    await ann.keyboard.press("Enter")
    await expect(ann.get_by_role("heading", name="0 open tasks")).to_be_visible()
    [(outcome, note)] = await (
        await clinic.conn.execute("SELECT outcome, note FROM task_transition WHERE to_status = 'completed'")
    ).fetchall()
    assert (outcome, note) == ("visit-arranged", "Tomorrow at ten.")


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is named so has the focus."""
    for _ in range(20):
        await page.keyboard.press("Tab")
        if (await page.evaluate("document.activeElement.textContent")).strip() == name:
            return
    raise AssertionError(f"no Tab leads to {name}")


async def test_everything_works_without_a_script(console: str, clinic: Clinic) -> None:
    task_id = await clinic.add_task(await clinic.add_patient())
    async with httpx.AsyncClient(base_url=console, follow_redirects=True) as client:
        page = await client.post("/sign-in", data={"username": "ann", "password": PASSWORD})
        assert "1 open task" in page.text
        assert page.text.count("Not an emergency service. Not continuously monitored.") == 1
        page = await client.post(f"/tasks/{task_id}/claim", data={"version": "1"})
        assert ">Yours<" in page.text
        path = f"/tasks/{task_id}/complete"
        page = await client.post(path, data={"version": "2", "outcome": "", "note": "so far"})
        assert (page.status_code, "Choose an outcome." in page.text, "so far" in page.text) == (
            422,
            True,
            True,
        )
        page = await client.post(path, data={"version": "2", "outcome": "advice-given", "note": "so far"})
        assert "0 open tasks" in page.text
        page = await client.get(f"/tasks/{task_id}")
        assert "completed: Patient reached, advice given" in page.text
        assert (await client.get("/tasks/9999")).status_code == 404


async def test_a_long_list_has_pages_and_true_counts(console: str, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    for _ in range(102):
        await clinic.add_task(patient_id, "routine")
    for number in range(8):
        await clinic.add_hub(f"home-{number}")
    async with httpx.AsyncClient(base_url=console, follow_redirects=True) as client:
        page = await client.post("/sign-in", data={"username": "ann", "password": PASSWORD})
        assert "102 open tasks" in page.text
        assert "0 of 8 hubs online and well" in page.text
        assert "and 2 more" in page.text
        assert page.text.count(">Claim<") == 100
        [following] = re.findall(r'href="(/\?cursor=[^"]+)"', page.text)
        page = await client.get(following)
        assert (page.text.count(">Claim<"), "102 open tasks" in page.text) == (2, True)
        assert 'hx-get="/worklist"' not in page.text


async def test_the_description_of_the_api_is_shown(console: str, browser_page: Page) -> None:
    await browser_page.goto(f"{console}/docs")
    await expect(browser_page.get_by_text("/api/tasks/{task_id}/claim")).to_be_visible()
