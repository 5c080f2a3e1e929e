"""The console as the stories look at it: what a person sees and presses."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from simulators.provisioning import SignIn


class Console:
    """The task list in one browser window."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._address = address

    async def open(self, sign_in: SignIn) -> None:
        """Sign in, and wait until the page says that it is live."""
        await self._page.goto(self._address)
        await self._page.get_by_label("User name").fill(sign_in.user)
        await self._page.get_by_label("Password").fill(sign_in.password)
        await self._page.get_by_role("button", name="Sign in").click()
        await expect(self._page.locator("#connection")).to_have_text("Live")
        await self._page.evaluate("window.openedBy = 'the test'")

    async def is_still_open(self) -> bool:
        """Whether this is the page that `open` got: a reload would have lost what it left there."""
        return bool(await self._page.evaluate("window.openedBy === 'the test'"))

    async def reload(self) -> None:
        await self._page.reload()

    async def shows_no_tasks(self) -> None:
        await expect(self._page.get_by_role("heading", level=1)).to_contain_text("0 open tasks")

    async def shows_task(self, title: str, *texts: str) -> Locator:
        """Wait until one row of this title is on the page, with all of the texts in it."""
        row = self._page.get_by_role("listitem").filter(has=self._page.get_by_role("link", name=title))
        await expect(row).to_have_count(1)
        for text in texts:
            await expect(row).to_contain_text(text)
        return row

    async def shows_evidence(self, row: Locator, *texts: str) -> None:
        """Look at the row's task in a window beside, and find all of the texts on its card."""
        address, here = await row.get_by_role("link").first.get_attribute("href"), self._page.context
        assert here.browser is not None
        beside = await here.browser.new_page(storage_state=await here.storage_state())
        await beside.goto(f"{self._address}{address}")
        card = beside.get_by_role("article").first
        await card.get_by_text("Evidence and rule").click()
        for text in texts:
            await expect(card).to_contain_text(text)
        await beside.close()

    async def says_beside_the_list(self, *texts: str) -> None:
        """Wait until the panel of what else needs attention holds the texts."""
        for text in texts:
            await expect(self._page.locator("#attention")).to_contain_text(text)
