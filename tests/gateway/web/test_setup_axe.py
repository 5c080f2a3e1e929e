"""The set-up pages keep nobody out: axe finds no serious barrier, with faults beside the fields, too."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Page

from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from tests.gateway.ward import glucose, message
from tests.gateway.web.clinic import HUB, NOW, PASSWORD, Clinic
from tests.servers.axe import barriers
from tests.servers.chromium import PHONE


async def test_no_set_up_page_is_a_barrier(
    console: str, browser_page: Page, clinic: Clinic, pool: Pool
) -> None:
    await clinic.add_hub()
    patient_id = await clinic.add_patient(name=('O\'Brien <b>"Mo"</b> ' + "long " * 40, "مريم"))
    await store_batch(pool, Registry(), [message(glucose(90.0, NOW - timedelta(days=2)), hub=HUB)], NOW)
    await clinic.conn.execute(
        "INSERT INTO quarantine (received_at, topic, reason, payload) VALUES (%s, %s, 'not JSON', 'x')",
        [NOW, f"hearthbeat/1/{HUB}/readings"],
    )
    await clinic.conn.commit()
    page, found = browser_page, dict[str, list[str]]()
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await page.emulate_media(color_scheme="dark")
    await page.goto(f"{console}/sign-in")
    await page.get_by_label("User name").fill("adam")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{console}/")
    for path in (
        "/setup",
        "/setup/devices",
        "/setup/devices/assign",
        f"/setup/patients/{patient_id}/limits",
        f"/setup/patients/{patient_id}/pauses",
        f"/setup/patients/{patient_id}/tasks",
        f"/setup/patients/{patient_id}/accesses",
        "/setup/quarantine/1",
        "/setup/hubs",
        "/setup/staff",
        f"/setup/staff/{clinic.staff['ann'].staff_id}",
        "/setup/teams",
        f"/setup/teams/{clinic.north}",
        "/setup/deliveries",
        "/setup/set-aside",
        "/account",
        "/setup/patients/new",
    ):
        await page.goto(f"{console}{path}")
        found[path] = await barriers(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], path
    await page.get_by_role("button", name="Enrol the patient").click()
    await page.get_by_text("Please fill this in.").first.wait_for()
    found["faults"] = await barriers(page)
    assert {path: each for path, each in found.items() if each} == {}


async def test_a_long_name_leaves_room_for_what_stands_beside_it(
    console: str, browser_page: Page, clinic: Clinic
) -> None:
    long = "N" * 200
    await clinic.conn.execute(
        "UPDATE staff SET name = %s WHERE staff_id = %s", [long, clinic.staff["ann"].staff_id]
    )
    await clinic.conn.execute(
        "INSERT INTO quarantine (organisation_id, received_at, topic, reason, payload)"
        " VALUES (%s, %s, %s, %s, 'x')",
        [clinic.organisation_id, NOW, f"hearthbeat/1/{HUB}/readings", "later than it was captured; " * 9],
    )
    await clinic.conn.commit()
    page = browser_page
    await page.goto(f"{console}/sign-in")
    await page.get_by_label("User name").fill("adam")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{console}/")
    await page.goto(f"{console}/setup/quarantine")
    reasons = page.locator(".listed").filter(has_text="later than it was captured")
    assert await reasons.evaluate("each => each.scrollWidth <= each.clientWidth")
    await page.goto(f"{console}/setup/staff")
    people = page.locator(".listed").filter(has_text=long)
    assert await people.evaluate("people => people.scrollWidth <= people.clientWidth")
