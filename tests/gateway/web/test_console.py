"""The task list in a browser, served by the role itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.gateway.web.browsing import sign_in
from tests.gateway.web.clinic import PASSWORD, Clinic
from tests.servers.chromium import DESKTOP, PHONE, open_page
from tests.servers.databases import lets_nobody_in
from tests.servers.patience import PATIENCE_S, eventually

ODD = ('<img src=x onerror="document.title=1">', 'O\'Brien "Mo" مريم الهاشمي ' + "x" * 200)


@pytest.fixture
async def ann(console: str, browser_page: Page) -> Page:
    await sign_in(browser_page, console, "ann")
    return browser_page


@pytest.fixture
async def ben(console: str) -> AsyncIterator[Page]:
    async with open_page() as page:
        await sign_in(page, console, "ben")
        yield page


async def test_a_task_appears_without_reload_and_is_claimed(ann: Page, clinic: Clinic) -> None:
    await expect(ann.get_by_role("heading", name="0 open tasks")).to_be_visible()
    await expect(ann.get_by_text("An empty list is not reassurance")).to_be_visible()
    await clinic.add_task(await clinic.add_patient(), "urgent")
    row = ann.locator("li.row")
    await expect(row).to_contain_text("Miller, Grace")
    await expect(row).to_contain_text("born 4 May 1951")
    await expect(row).to_contain_text("Systolic 190 mmHg (above 180 mmHg)")
    await row.get_by_role("button", name="Claim").click()
    await expect(row).to_contain_text("Yours")
    await expect(ann.get_by_role("heading", name="1 yours")).to_be_visible()


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


async def test_news_moves_no_row_under_pointer_or_focus_but_says_who_claimed(
    ann: Page, ben: Page, clinic: Clinic
) -> None:
    patient_id = await clinic.add_patient()
    await clinic.add_task(patient_id, "urgent", title="The first")
    rows = ann.locator("li.row")
    await expect(rows).to_have_count(1)
    await rows.first.hover()
    await clinic.add_task(patient_id, "stat", title="Something worse")
    await expect(ann.get_by_text("1 new")).to_be_visible()
    await expect(rows).to_have_count(1)
    await ben.locator("li.row", has_text="The first").get_by_role("button", name="Claim").click()
    await expect(rows.first).to_contain_text("claimed by Ben Lee")
    await ann.get_by_role("button", name="Show", exact=True).click()
    await expect(rows.first).to_contain_text("Something worse")
    await expect(ann.get_by_text("1 new")).to_be_hidden()


async def test_the_list_is_worked_by_keys(ann: Page, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    for priority, title in (("stat", "First"), ("urgent", "Second"), ("routine", "Third")):
        await clinic.add_task(patient_id, priority, title=title)
    rows = ann.locator("li.row")
    await expect(rows).to_have_count(3)
    keys = ann.keyboard
    for key in "jjk":
        await keys.press(key)
    await expect(rows.nth(0)).to_be_focused()
    await keys.press("j")
    await keys.press("c")
    await expect(rows.nth(1)).to_contain_text("Yours")
    await expect(rows.nth(1)).to_be_focused()
    await keys.press("s")
    await expect(rows.nth(1).get_by_role("button", name="5 min", exact=True)).to_be_focused()
    await keys.press("Enter")
    await expect(rows.nth(1)).to_contain_text("put aside")
    await keys.press("?")
    await expect(ann.get_by_role("dialog", name="Keys")).to_be_visible()
    await keys.press("Escape")
    await keys.press("/")
    await keys.type("third")
    await expect(rows).to_have_count(1)
    assert "third" not in ann.url
    await keys.press("Escape")
    await keys.press("o")
    await expect(ann.get_by_role("heading", name="Third")).to_be_visible()


async def test_a_hidden_page_gives_its_stream_back_and_catches_up(ann: Page, clinic: Clinic) -> None:
    """Playwright keeps pages in view: the page is told that it is hidden as the browser would."""
    await ann.evaluate(
        "Object.defineProperty(document, 'hidden', {configurable: true, get: () => window.isHidden})"
    )
    await ann.evaluate("window.isHidden = true; document.dispatchEvent(new Event('visibilitychange'))")
    entries = "performance.getEntriesByName(location.origin + '/events').length"
    await eventually(lambda: ann.evaluate(entries))  # a stream is entered there once it has ended
    await clinic.add_task(await clinic.add_patient())
    await ann.evaluate("window.isHidden = false; document.dispatchEvent(new Event('visibilitychange'))")
    await expect(ann.locator("li.row")).to_have_count(1)


async def test_a_lost_connection_is_said_and_the_page_catches_up(ann: Page, clinic: Clinic) -> None:
    await ann.context.set_offline(offline=True)
    await expect(ann.locator("#connection")).to_contain_text("out of date")
    await clinic.add_task(await clinic.add_patient())
    await ann.context.set_offline(offline=False)
    await expect(ann.locator("#connection")).to_have_text("Live")
    await expect(ann.locator("li.row")).to_have_count(1)


async def test_when_the_gateway_hears_nothing_the_page_says_so(
    ann: Page, clinic: Clinic, database_url: str
) -> None:
    async with lets_nobody_in(database_url) as other:
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'hearthbeat-live' AND datname = %s",
            [urlsplit(database_url).path.removeprefix("/")],
        )
        await expect(ann.locator("#connection")).to_contain_text("Connection lost")
    await expect(ann.locator("#connection")).to_have_text("Live")
    await clinic.add_task(await clinic.add_patient())
    await expect(ann.locator("li.row")).to_have_count(1)


async def test_odd_names_are_shown_as_text(ann: Page, clinic: Clinic) -> None:
    violations: list[str] = []
    ann.on("console", lambda message: violations.append(message.text))
    patient_id = await clinic.add_patient("<i>7</i>", ODD)
    task_id = await clinic.add_task(patient_id, reason='5 < 6 & "so"')
    row = ann.locator("li.row")
    await expect(row.locator(".name")).to_have_text(f"{ODD[0]}, {ODD[1]}")
    await expect(row).to_contain_text("<i>7</i>")
    await expect(row).to_contain_text('5 < 6 & "so"')
    assert await ann.title() == "Tasks · Hearthbeat"
    for path in ("", f"tasks/{task_id}"):
        if path:
            await ann.goto(f"{ann.url}{path}")
            await expect(ann.get_by_role("heading", level=1)).to_have_text(f"{ODD[0]}, {ODD[1]}")
        for width in (1280, 640, 390, 320):  # 640: a desktop at 200 %
            await ann.set_viewport_size({"width": width, "height": 800})
            assert await ann.evaluate("document.documentElement.scrollWidth") <= width
    assert violations == []


async def test_everything_works_without_a_script(console: str, clinic: Clinic) -> None:
    task_id = await clinic.add_task(await clinic.add_patient())
    async with httpx.AsyncClient(base_url=console, follow_redirects=True, timeout=PATIENCE_S) as client:
        page = await client.post("/sign-in", data={"username": "ann", "password": PASSWORD})
        assert "1 open task" in page.text
        assert page.text.count("Not an emergency service. Not continuously monitored.") == 1
        page = await client.post("/", data={"show": "mine"})
        assert "No open task matches." in page.text
        page = await client.post(f"/tasks/{task_id}/claim", data={"version": "1"})
        assert "Yours" in page.text
        path = f"/tasks/{task_id}/complete"
        page = await client.post(path, data={"version": "2", "outcome": "", "note": "so far"})
        assert (page.status_code, "Choose an outcome." in page.text, "so far" in page.text) == (
            422,
            True,
            True,
        )
        page = await client.post(path, data={"version": "2", "outcome": "advice-given", "note": "so far"})
        assert "completed: Patient reached, advice given" in page.text
        assert "0 open tasks" in (await client.get("/")).text
        for missing in ("/tasks/9999", "/patients/9999", "/patients/1/nothing"):
            assert (await client.get(missing)).status_code == 404
        assert (await client.post(f"/tasks/{task_id}/wake", data={"version": "3"})).status_code == 404
        path = f"/tasks/{task_id}/reopen"
        assert path in (await client.get(f"/tasks/{task_id}")).text
        page = await client.post(path, data={"version": "3", "note": "the wrong patient was called"})
        assert str(page.url).endswith(f"/tasks/{task_id + 1}")
        assert "The task before this one" in page.text


async def test_whoever_is_in_no_team_is_told_so_and_not_that_all_is_well(
    console: str, clinic: Clinic
) -> None:
    await clinic.add_task(await clinic.add_patient())
    await clinic.conn.execute(
        "DELETE FROM care_team_member WHERE staff_id = %s", [clinic.staff["ben"].staff_id]
    )
    await clinic.conn.commit()
    async with httpx.AsyncClient(base_url=console, follow_redirects=True, timeout=PATIENCE_S) as client:
        for username, says in (("ben", True), ("cleo", False), ("adam", False)):
            await client.post("/sign-in", data={"username": username, "password": PASSWORD})
            for path in ("/", "/patients"):
                assert ("You are in no care team." in (await client.get(path)).text) is says


async def test_a_long_owner_leaves_room_for_what_stands_beside(ann: Page, ben: Page, clinic: Clinic) -> None:
    await clinic.conn.execute("UPDATE staff SET name = repeat(name, 25) WHERE username = 'ann'")
    task_id = await clinic.add_task(await clinic.add_patient(), "routine")
    await ann.get_by_role("button", name="Claim").click()
    await expect(ben.locator("li.row")).to_contain_text("claimed by")
    await ann.goto(f"{ann.url}tasks/{task_id}")
    for page, part in ((ben, "li.row"), (ann, ".top")):
        for size in (DESKTOP, PHONE):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            box = await page.locator(part).bounding_box()
            assert box
            assert box["height"] < 180
            assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]


async def test_a_long_list_has_pages_and_true_counts(console: str, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    for _ in range(102):
        await clinic.add_task(patient_id, "routine")
    for number in range(8):
        await clinic.add_hub(f"home-{number}")
    async with httpx.AsyncClient(base_url=console, follow_redirects=True, timeout=PATIENCE_S) as client:
        page = await client.post("/sign-in", data={"username": "ann", "password": PASSWORD})
        assert "102 open tasks" in page.text
        assert "0 of 8 hubs online and well" in page.text
        assert ">8 hubs<" in page.text
        assert page.text.count(">Claim<") == 100
        cursor = page.text.partition('name="cursor" value="')[2].partition('"')[0]
        page = await client.post("/", data={"cursor": cursor})
        assert (page.text.count(">Claim<"), "102 open tasks" in page.text) == (2, True)
        page = await client.post("/", data={"priority": "urgent"})
        assert "0 of 102 open tasks match" in page.text


async def test_the_description_of_the_api_is_shown(console: str, browser_page: Page) -> None:
    await browser_page.goto(f"{console}/docs")
    await expect(browser_page.get_by_text("/api/tasks/{task_id}/hand-off")).to_be_visible()
