"""A page in the distribution's Chromium, without a screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, async_playwright, expect

from tests.servers.needs import program

QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
DESKTOP = (1280, 800)
PHONE = (390, 844)
PATIENCE_MS = 20_000
"""For what a page is to show: machines that run tests are busy."""


@asynccontextmanager
async def open_page(size: tuple[int, int] = DESKTOP) -> AsyncIterator[Page]:
    """A fresh page with no cookies. Raises AssertionError at the end if a script of the page failed."""
    failures: list[str] = []
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program("chromium", "chromium"),
            args=["--no-sandbox", *QUIET],  # root has no sandbox; it sees our own pages alone
        )
        try:
            page = await browser.new_page(viewport={"width": size[0], "height": size[1]})
            page.on("pageerror", lambda error: failures.append(str(error)))
            yield page
        finally:
            await browser.close()
    assert not failures, f"scripts of the page failed: {failures}"
