"""The page of a patient in a browser: what a nurse sees at once, and does there."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import httpx
from playwright.async_api import Page, expect

from alerting.rules import Priority
from gateway.database.pool import Pool
from tests.gateway.escalation.escalation_clinic import EscalationClinic
from tests.gateway.ward import METER
from tests.gateway.web.admission import admit
from tests.gateway.web.browsing import sign_in, tab_to
from tests.gateway.web.clinic import PASSWORD, Clinic
from tests.servers.patience import PATIENCE_S


async def test_what_a_call_needs_is_in_view_without_scrolling(
    console: str, browser_page: Page, clinic: Clinic, pool: Pool
) -> None:
    page = browser_page
    patient_id = await admit(clinic, pool, 120.0, 96.0, 47.0)
    await clinic.add_task(patient_id, title="Blood glucose below 54 mg/dL")
    await sign_in(page, console, "ann")
    await page.get_by_role("link", name="Miller, Grace").click()
    for text in (
        "Miller, Grace",
        "4 May 1951",
        "P-1",
        "S-77",
        "insulin",
        "Call +49 (30) 00-11",
        "Turkish",
        "Mo <b>son</b>",
        "Rosenweg 2, Berlin",
        "nobody has tried yet",
        "Call the patient",
        "limit below 54",
    ):
        await expect(page.get_by_text(text).first).to_be_in_viewport()
    await expect(page.locator(".vital", has_text="Blood glucose").locator("b")).to_have_text("47")
    assert await page.locator("a.call").get_attribute("href") == "tel:+493000" + "11"
    await expect(page.get_by_role("img", name="3 readings, from 47 to 120 mg/dL")).to_be_in_viewport()

    plot = page.get_by_role("group", name="Blood glucose: arrow keys")
    await expect(page.locator("#charts")).not_to_have_attribute("aria-busy", "true")
    await plot.focus()
    await page.keyboard.press("End")
    await expect(page.locator(".readout")).to_contain_text("47 mg/dL, before a meal")
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator(".readout")).to_contain_text("96 mg/dL")
    await page.get_by_text("Daily average").click()
    await page.get_by_role("link", name="Devices and hub").click()
    await expect(page.locator("#record")).to_contain_text(METER.identifier)
    assert page.url.endswith("/devices")


async def test_a_nurse_finds_why_calls_notes_and_completes_by_keys_alone(
    console: str, browser_page: Page, clinic: Clinic, pool: Pool
) -> None:
    page, keys = browser_page, browser_page.keyboard
    patient_id = await admit(clinic, pool, 47.0)
    await clinic.add_task(patient_id)
    await sign_in(page, console, "ann")
    await expect(page.locator("li.row")).to_have_count(1)
    for key in ("j", "c"):
        await keys.press(key)
    await expect(page.locator("li.row")).to_contain_text("Yours")
    await keys.press("o")
    card = page.get_by_role("article", name="Severe high blood pressure")
    await expect(card).to_contain_text("Yours")

    await tab_to(page, "Evidence and rule")
    await keys.press("Enter")
    await expect(card).to_contain_text("severe-high, version 1. Source: A guideline, 2025")
    await page.get_by_role("heading", level=1).click()
    await tab_to(page, "Record a contact")
    await keys.press("Enter")
    for _ in range(3):
        await keys.press("Tab")
    await keys.press("Space")
    await keys.press("Tab")
    await keys.type("Feels well, has eaten.")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(card).to_contain_text("Feels well, has eaten.")
    await tab_to(page, "Complete")
    await keys.press("Enter")
    await keys.press("Tab")
    await keys.type("Visit")
    await keys.press("Tab")
    await keys.type("Tomorrow at ten.")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(card).to_contain_text("completed: Visit arranged")
    rows = await clinic.conn.execute(
        "SELECT action, outcome, note FROM task_transition"
        " WHERE action IN ('contact', 'complete') ORDER BY task_transition_id"
    )
    contact, complete = await rows.fetchall()
    assert complete == ("complete", "visit-arranged", "Tomorrow at ten.")
    assert contact[2].endswith("Feels well, has eaten.")


async def test_the_task_in_hand_is_worked_by_single_keys(
    console: str, browser_page: Page, clinic: Clinic, pool: Pool
) -> None:
    page, keys = browser_page, browser_page.keyboard
    task_id = await clinic.add_task(await admit(clinic, pool, 47.0))
    await sign_in(page, console, "ann")
    await page.goto(f"{console}/tasks/{task_id}")
    card = page.get_by_role("article", name="Severe high blood pressure")
    await keys.press("c")
    await expect(card).to_contain_text("Yours")
    await keys.press("e")
    await keys.type("dcts: Slept badly.")
    await keys.press("Escape")
    await expect(card.locator("summary", has_text="Note")).to_be_focused()
    await keys.press("?")
    for what in ("record a contact", "write a note", "complete it", "hand it off"):
        await expect(page.get_by_role("dialog", name="Keys")).to_contain_text(what)
    await page.get_by_label("Single keys work in this browser").uncheck()
    await keys.press("Escape")
    await keys.press("d")
    await expect(card.get_by_label("Outcome")).to_be_hidden()
    await page.get_by_role("button", name="All keys").click()
    await page.get_by_label("Single keys work in this browser").check()
    await keys.press("Escape")
    await expect(page.get_by_label("Note", exact=True).last).to_have_value("dcts: Slept badly.")
    await keys.press("d")
    await expect(card.get_by_label("Outcome")).to_be_focused()
    await keys.press("Escape")
    await keys.press("b")
    await expect(page.get_by_role("heading", name="1 yours")).to_be_visible()


async def test_paper_holds_the_newest_values_the_evidence_and_when_it_was_printed(
    console: str, browser_page: Page, clinic: Clinic, pool: Pool
) -> None:
    page = browser_page
    task_id = await clinic.add_task(await admit(clinic, pool, 120.0, 47.0))
    await sign_in(page, console, "ann")
    await page.goto(f"{console}/tasks/{task_id}")
    await expect(page.locator("#charts canvas")).to_have_count(1)
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 600, "height": 800})  # a small sheet, which no script hears of
    await expect(page.get_by_text("severe-high, version 1")).to_be_visible()
    await expect(page.get_by_text("by Ann Lee.")).to_contain_text("Printed")
    await expect(page.get_by_text("Not an emergency service.")).to_be_visible()
    await expect(page.get_by_role("button")).to_have_count(0)
    drawing = await page.locator("#charts canvas").bounding_box()
    assert drawing
    assert drawing["x"] + drawing["width"] <= 600


async def test_clocks_and_ages_go_on_while_nothing_happens(
    console: str, browser_page: Page, clinic: Clinic, pool: Pool
) -> None:
    page = browser_page
    task_id = await EscalationClinic(clinic, pool).raise_task(Priority.URGENT, datetime.now(UTC))
    await page.clock.install()
    await sign_in(page, console, "ann")
    await page.goto(f"{console}/tasks/{task_id}")
    await expect(page.locator("#connection")).to_have_text("Live")
    await page.clock.run_for(3000)  # what came with the page has been followed
    moving = [page.locator(each) for each in (".there", ".task .clock", ".task header .facts")]
    for each in moving:
        await each.evaluate("each => each.textContent = 'as it was'")
    await page.clock.run_for(61_000)
    for each in moving:
        await expect(each).not_to_have_text("as it was")


async def test_time_in_view_is_counted_and_kept(
    console: str, browser_page: Page, clinic: Clinic, pool: Pool
) -> None:
    page = browser_page
    patient_id = await admit(clinic, pool, 100.0)
    await sign_in(page, console, "ann")
    await page.goto(f"{console}/patients/{patient_id}")
    await expect(page.locator("#elapsed")).not_to_have_text("0:00")
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("button", name="Go on")).to_be_visible()
    async with page.expect_response(lambda answer: "/visits/" in answer.url):
        await page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    rows = await (await clinic.conn.execute("SELECT visit_id, staff_id, seconds FROM visit")).fetchall()
    [(visit_id, staff_id, seconds)] = rows
    assert (type(visit_id), staff_id) == (UUID, clinic.staff["ann"].staff_id)
    assert seconds >= 1


async def test_every_part_is_there_without_a_script_and_for_the_team_alone(
    console: str, clinic: Clinic, pool: Pool
) -> None:
    patient_id = await admit(clinic, pool, 120.0, 47.0)
    task_id = await clinic.add_task(patient_id)
    paths = {
        "": "47</b> mg/dL",
        "/adherence": "nothing is scheduled",
        "/limits": "blood glucose below 54 mg/dL",
        "/tasks": "Severe high blood pressure",
        "/notes": "Nothing has been written yet.",
        "/devices": METER.identifier,
        "/person": "Rosenweg 2, Berlin",
        "/time": "No time has been counted this month.",
    }
    async with httpx.AsyncClient(base_url=console, follow_redirects=True, timeout=PATIENCE_S) as client:
        await client.post("/sign-in", data={"username": "ann", "password": PASSWORD})
        for path, text in paths.items():
            page = await client.get(f"/patients/{patient_id}{path}")
            assert (page.status_code, text in page.text) == (200, True), path
        page = await client.post(f"/patients/{patient_id}/notes", data={"note": "Deaf <i>left</i>"})
        assert "Deaf &lt;i&gt;left&lt;/i&gt;" in page.text
        entry = {"phone": "+1 2", "was_asked": "true", "risk_medications": ["anticoagulant", "insulin"]}
        page = await client.post(f"/patients/{patient_id}/person", data=entry)
        assert ('href="tel:+12"' in page.text, ">anticoagulant<" in page.text) == (True, True)
        for search, is_found in (("mill", True), ("P-1", True), ("nobody", False)):
            page = await client.post("/patients", data={"search": search})
            assert ("Miller, Grace" in page.text) is is_found

        await client.post("/sign-in", data={"username": "cleo", "password": PASSWORD})
        for path in (*(f"/patients/{patient_id}{each}" for each in paths), f"/tasks/{task_id}"):
            page = await client.get(path)
            assert (page.status_code, "Miller" in page.text) == (404, False)
        assert "0 open tasks" in (await client.get("/")).text
        assert "Miller" not in (await client.get("/patients")).text
        refused = await client.post(f"/patients/{patient_id}/notes", data={"note": "x"})
        assert refused.status_code == 404
