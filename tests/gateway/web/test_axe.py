"""The console keeps nobody out: axe finds no serious barrier on its pages, small or large, light or dark.

The description of the API is left out: its page is drawn by swagger-ui, not by us.
"""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.async_api import Page, expect

from gateway.database.pool import Pool
from tests.gateway.web.admission import admit
from tests.gateway.web.clinic import PASSWORD, Clinic
from tests.servers.axe import barriers
from tests.servers.chromium import DESKTOP, PHONE


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
async def test_no_page_of_the_console_is_a_barrier(
    console: str,
    browser_page: Page,
    clinic: Clinic,
    pool: Pool,
    *,
    size: tuple[int, int],
    scheme: Literal["light", "dark"],
) -> None:
    page, found = browser_page, dict[str, list[str]]()

    async def look(at: str) -> None:
        found[at] = await barriers(page)

    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.emulate_media(color_scheme=scheme)
    await page.goto(console)
    await look("sign in")
    await sign_in(page, "wrong")
    await expect(page.get_by_role("alert")).to_be_visible()
    await look("sign in refused")
    await sign_in(page, PASSWORD)
    await expect(page.get_by_role("heading", name="0 open tasks")).to_be_visible()
    await look("empty list")

    patient_id = await admit(clinic, pool, 120.0, 47.0)
    task_id = await clinic.add_task(patient_id, "stat")
    for priority in ("asap", "urgent", "routine"):
        await clinic.add_task(patient_id, priority)
    await page.reload()
    await expect(page.locator("li.row")).to_have_count(4)
    await look("list")
    await page.locator("li.row").first.get_by_role("button", name="Claim").click()
    await expect(page.get_by_role("heading", name="1 yours")).to_be_visible()  # the news has come round
    await page.keyboard.press("?")
    await look("keys")
    await page.keyboard.press("Escape")
    await page.context.set_offline(offline=True)
    await expect(page.locator("#connection")).to_contain_text("out of date")
    await look("connection lost")
    await page.context.set_offline(offline=False)

    await page.goto(f"{console}/tasks/{task_id}")
    for name in ("Evidence and rule", "Record a contact"):
        await page.locator("summary", has_text=name).click()
    await look("task")
    for part in ("adherence", "limits", "tasks", "notes", "devices", "time"):
        await page.goto(f"{console}/patients/{patient_id}/{part}")
        await look(part)
    await page.goto(f"{console}/tasks/9999")
    await look("no such task")
    assert {where: each for where, each in found.items() if each} == {}


async def sign_in(page: Page, password: str) -> None:
    await page.get_by_label("User name").fill("ann")
    await page.get_by_label("Password").fill(password)
    await page.keyboard.press("Enter")
