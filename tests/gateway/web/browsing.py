"""How the tests use the console in a browser."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.gateway.web.clinic import PASSWORD


async def sign_in(page: Page, console: str, username: str) -> None:
    """Sign in, and wait until the page is live."""
    await page.goto(console)
    await enter(page, username)


async def enter(page: Page, username: str) -> None:
    """Fill in the form that lets in, and wait until the page behind it is live."""
    await page.get_by_label("User name").fill(username)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#connection")).to_have_text("Live")


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is named so has the focus."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        if (await page.evaluate("document.activeElement.textContent")).strip() == name:
            return
    raise AssertionError(f"no Tab leads to {name}")
