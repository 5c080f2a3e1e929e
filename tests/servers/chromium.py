"""A page in the distribution's Chromium, without a screen: one Chromium for all tests of a process.

Each page has a context of its own, so no test sees another's cookies. `python -m tests.servers.chromium PORT`
is the process that holds it.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect
from playwright.sync_api import sync_playwright

from tests.servers.patience import PATIENCE_S
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.programs import program

PROJECT = Path(__file__).parents[2]
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
DESKTOP = (1280, 800)
PHONE = (390, 844)
PATIENCE_MS = 1000 * PATIENCE_S


class _Chromium:
    """Started when it is first asked for, and again if it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        atexit.register(self.end)

    def address(self) -> str:
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._start()
        return f"http://{LOOPBACK}:{self._port}"

    def end(self) -> None:
        if self._process is not None:
            self._process.communicate()  # the end of its stdin is its order to go

    def _start(self) -> None:
        self._port = free_port()
        until_we_die = (program("setpriv", "util-linux"), "--pdeathsig", "KILL")
        self._process = subprocess.Popen(
            [*until_we_die, sys.executable, "-m", "tests.servers.chromium", str(self._port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "up\n":
            raise RuntimeError("Chromium did not start; what it says is above")


_chromium = _Chromium()


@asynccontextmanager
async def open_page(size: tuple[int, int] = DESKTOP) -> AsyncIterator[Page]:
    """A fresh page with no cookies. Raises AssertionError at the end if a script of the page failed."""
    failures: list[str] = []
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(_chromium.address(), timeout=PATIENCE_MS)
        context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
        context.set_default_timeout(PATIENCE_MS)
        try:
            page = await context.new_page()
            page.on("pageerror", lambda error: failures.append(str(error)))
            yield page
        finally:
            await context.close()
            await browser.close()
    assert not failures, f"scripts of the page failed: {failures}"


def _hold(port: int) -> None:
    """Keep Chromium until the end of stdin."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program("chromium", "chromium"),
            # Root has no sandbox; it sees our own pages alone.
            args=["--no-sandbox", *QUIET, f"--remote-debugging-port={port}"],
            timeout=PATIENCE_MS,
        )
        sys.stdout.write("up\n")
        sys.stdout.flush()
        sys.stdin.read()
        browser.close()


if __name__ == "__main__":
    _hold(int(sys.argv[1]))
