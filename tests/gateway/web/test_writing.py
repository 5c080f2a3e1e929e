"""Tasks that people write: in a browser, from the patient's page to a colleague's list."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from gateway.staff.passwords import hash_password
from gateway.staff.permissions import Role
from tests.gateway.web.browsing import sign_in
from tests.gateway.web.clinic import PASSWORD, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.forms import faults, rows, send
from tests.servers.chromium import PHONE, open_page

TITLE = 'The "new" <pills> مريم'


@pytest.fixture
async def ben(console: str) -> AsyncIterator[Page]:
    async with open_page() as page:
        await sign_in(page, console, "ben")
        yield page


async def begin(page: Page, console: str, username: str, patient_id: int) -> None:
    """Sign in and open the form on the page of the patient."""
    await sign_in(page, console, username)
    await page.goto(f"{console}/patients/{patient_id}")
    link = page.get_by_role("link", name="New task")
    await expect(link).to_be_in_viewport()
    await link.click()
    await expect(page.get_by_role("heading", name="A task for Miller, Grace")).to_be_visible()


async def test_what_a_nurse_writes_appears_on_anothers_open_list(
    console: str, browser_page: Page, ben: Page, clinic: Clinic
) -> None:
    page = browser_page
    await begin(page, console, "ann", await clinic.add_patient())
    await page.get_by_label("What is to be done").fill(TITLE)
    await page.get_by_label("Why").fill("Dizzy since Monday")
    await page.get_by_label("Priority").select_option("As soon as possible (asap): claim within 10 min")
    await page.get_by_label("Steps").fill("Call\n\n  Write it down \n")
    await page.get_by_role("button", name="Open the task").click()
    await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()

    row = ben.locator("li.row", has_text=TITLE)
    await expect(row).to_contain_text("Miller, Grace")
    await expect(row).to_contain_text("Dizzy since Monday")
    await expect(row).to_have_attribute("data-priority", "asap")
    await row.get_by_role("link", name=TITLE).click()
    await expect(ben.locator(".steps li")).to_have_text(["Call", "Write it down"])
    await expect(ben.locator(".history")).to_contain_text("Ann Lee")


async def test_what_is_wrong_is_said_beside_it_and_what_was_typed_stays(
    console: str, browser_page: Page, clinic: Clinic
) -> None:
    page = browser_page
    await begin(page, console, "ann", await clinic.add_patient())
    title, why, steps = (page.get_by_label(each) for each in ("What is to be done", "Why", "Steps"))
    many = "\n".join(f"Step {number}" for number in range(1, 22))
    await title.fill("W" * 251)
    await steps.fill(many)
    await page.get_by_label("Priority").select_option("Urgent: claim within 15 min")
    await page.get_by_role("button", name="Open the task").click()
    for field, said in (
        (title, "✕ At most 250 characters."),
        (why, "✕ Please fill this in."),
        (steps, "One in a line, at most 20. ✕ At most 20, not 21."),
    ):
        await expect(field).to_have_accessible_description(said)
        await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(title).to_have_value("W" * 251)
    await expect(steps).to_have_value(many)
    await expect(page.get_by_label("Priority")).to_have_value("urgent")
    await title.fill("Ask about the pills")
    await why.fill("Dizzy")
    await steps.fill("\n".join(many.splitlines()[:20]))
    await page.get_by_role("button", name="Open the task").click()
    await expect(page.locator(".steps li")).to_have_count(20)
    assert await rows(clinic, "SELECT title, priority FROM task") == [("Ask about the pills", "urgent")]


async def test_a_coordinator_offers_it_to_a_colleague_who_accepts(
    console: str, browser_page: Page, ben: Page, clinic: Clinic
) -> None:
    page = browser_page
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await clinic.hire("cora", Role.COORDINATOR, clinic.north, await hash_password(PASSWORD))
    await begin(page, console, "cora", await clinic.add_patient())
    await page.get_by_label("What is to be done").fill("Bring the new cuff")
    await page.get_by_label("Why").fill("The old one leaks")
    await page.get_by_label("For").select_option("Ben Lee")
    await page.get_by_label("another person confirms").check()
    await page.get_by_role("button", name="Open the task").click()
    await expect(page.locator(".owner").first).to_have_text("offered to Ben Lee")

    row = ben.locator("li.row", has_text="Bring the new cuff")
    await row.get_by_role("button", name="Accept").click()
    await expect(row).to_contain_text("Yours")
    assert await rows(clinic, "SELECT owner_id, needs_review FROM task") == [
        (clinic.staff["ben"].staff_id, True)
    ]


async def test_it_is_offered_to_nobody_who_does_not_exist(sign_in: SignIn, clinic: Clinic) -> None:
    ann = await sign_in("ann")
    address = f"/setup/patients/{await clinic.add_patient()}/tasks"
    typed = {"title": TITLE, "reason": "Dizzy", "priority": "routine", "offered_to_id": "999"}
    text = await send(ann, address, 422, **typed)
    assert faults(text) == ["There is no such colleague who works this patient&#39;s tasks."]
    assert "&lt;pills&gt;" in text
    assert await rows(clinic, "SELECT FROM task") == []


async def test_programs_are_held_to_the_same_steps(sign_in: SignIn, clinic: Clinic) -> None:
    ann = await sign_in("ann")
    written = {"patient_id": await clinic.add_patient(), "title": "Call", "reason": "Dizzy"}
    for steps, status in ((["Ask"] * 20, 201), (["Ask"] * 21, 422), (["A" * 251], 422), ([" "], 422)):
        assert (await ann.post("/api/tasks", json=written | {"steps": steps})).status_code == status


async def test_priorities_are_offered_the_most_pressing_first_each_with_its_minutes(
    sign_in: SignIn, clinic: Clinic
) -> None:
    ann = await sign_in("ann")
    for address, offered in (
        (
            f"/setup/patients/{await clinic.add_patient()}/tasks",
            [
                "Stat: claim within 5 min",
                "As soon as possible (asap): claim within 10 min",
                "Urgent: claim within 15 min",
                "Routine: claim within 8 h, team hours",
            ],
        ),
        ("/", ["stat, within 5 min", "asap, within 10 min", "urgent, within 15 min", "routine, within 8 h"]),
    ):
        page = (await ann.get(address)).text
        places = [page.find(each) for each in offered]
        assert -1 not in places
        assert places == sorted(places)
