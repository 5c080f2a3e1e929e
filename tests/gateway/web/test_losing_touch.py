"""Nobody answers, or the session ends, while somebody types: the page says so, and what was typed stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest
from playwright.async_api import Locator, Page, expect

from tests.gateway.web.browsing import enter, sign_in
from tests.gateway.web.clinic import Clinic
from tests.servers.chromium import PHONE

TYPED = "Spoke to the son, has eaten."
NOT_SENT = "did not get through"
OpenForm: TypeAlias = Callable[[Page, str, Clinic], Awaitable[Locator]]


@pytest.fixture
async def page(console: str, browser_page: Page) -> Page:
    await sign_in(browser_page, console, "ann")
    return browser_page


async def note_of_task(page: Page, console: str, clinic: Clinic) -> Locator:
    task_id = await clinic.add_task(await clinic.add_patient())
    await page.goto(f"{console}/tasks/{task_id}")
    await page.locator("summary", has_text="Note").click()
    return page.get_by_role("textbox", name="Note", exact=True)


async def note_of_patient(page: Page, console: str, clinic: Clinic) -> Locator:
    await page.goto(f"{console}/patients/{await clinic.add_patient()}/notes")
    return page.get_by_label("New note about the patient")


@pytest.mark.parametrize("open_form", [note_of_task, note_of_patient])
async def test_what_does_not_get_through_is_said_and_stays(
    page: Page, console: str, clinic: Clinic, open_form: OpenForm
) -> None:
    note, keep = await open_form(page, console, clinic), page.get_by_role("button", name="Keep this note")
    await expect(page.locator("#connection")).to_have_text("Live")
    await note.fill(TYPED)
    await page.context.set_offline(offline=True)
    await keep.click()
    await expect(page.get_by_role("alert")).to_contain_text(NOT_SENT)
    await expect(page.get_by_role("alert")).to_be_in_viewport()
    await expect(note).to_have_value(TYPED)
    await page.context.set_offline(offline=False)
    await expect(page.locator("#connection")).to_have_text("Live")
    await keep.click()
    await expect(page.get_by_text(TYPED)).to_be_visible()
    await expect(page.get_by_text(NOT_SENT)).to_have_count(0)


async def test_a_claim_that_does_not_get_through_is_no_silence(page: Page, clinic: Clinic) -> None:
    await clinic.add_task(await clinic.add_patient())
    await expect(page.locator("li.row")).to_have_count(1)
    await page.context.set_offline(offline=True)
    await page.keyboard.press("j")
    await page.keyboard.press("c")
    await expect(page.get_by_role("alert")).to_contain_text(NOT_SENT)
    await expect(page.locator("li.row")).to_contain_text("unclaimed")


async def test_a_list_that_cannot_be_had_once_is_said_to_be_old_and_asked_for_again(
    page: Page, clinic: Clinic
) -> None:
    await expect(page.locator("#connection")).to_have_text("Live")
    await page.route("**/worklist", lambda route: route.fulfill(status=503))
    await clinic.add_task(await clinic.add_patient())
    await expect(page.locator("#connection")).to_contain_text("this page is out of date")
    await page.unroute("**/worklist")
    await expect(page.locator("li.row")).to_have_count(1)
    await expect(page.locator("#connection")).to_have_text("Live")


async def test_on_a_phone_it_is_seen_however_far_one_has_scrolled(
    page: Page, console: str, clinic: Clinic
) -> None:
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await note_of_patient(page, console, clinic)
    await page.get_by_role("contentinfo").scroll_into_view_if_needed()
    await page.context.set_offline(offline=True)
    await expect(page.locator("#connection")).to_contain_text("Connection lost")
    await expect(page.locator("#connection")).to_be_in_viewport(ratio=1)
    await page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    footer = await page.get_by_text("Not an emergency service.").bounding_box()
    said = await page.locator("#connection").bounding_box()
    assert footer
    assert said
    assert footer["y"] + footer["height"] <= said["y"]


@pytest.mark.parametrize("open_form", [note_of_task, note_of_patient])
async def test_a_session_that_ends_takes_nothing_typed_with_it(
    page: Page, console: str, clinic: Clinic, open_form: OpenForm
) -> None:
    note = await open_form(page, console, clinic)
    await expect(page.locator("#connection")).to_have_text("Live")
    await note.fill(TYPED)
    await page.request.post(f"{console}/sign-out?anyway=true")
    await expect(page.locator("#connection")).to_contain_text("You are signed out")
    await page.get_by_role("button", name="Keep this note").click()
    await expect(note).to_have_value(TYPED)
    async with page.expect_popup() as other:
        await page.get_by_role("link", name="sign in in another tab").click()
    await enter(await other.value, "ann")
    await expect(page.locator("#connection")).to_have_text("Live")
    await page.get_by_role("button", name="Keep this note").click()
    await expect(page.get_by_text(TYPED)).to_be_visible()


async def test_where_nothing_is_typed_the_session_ends_at_sign_in(page: Page, console: str) -> None:
    await page.request.post(f"{console}/sign-out?anyway=true")
    await page.wait_for_url(f"{console}/sign-in")
