"""What axe-core finds wrong with a page for those who do not see it, or not well."""

from __future__ import annotations

from importlib.resources import files

from playwright.async_api import Page

_SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text()
_GRAVE = ("serious", "critical")


async def barriers(page: Page) -> list[str]:
    """The serious and critical violations: rule and elements.

    The script is evaluated by the browser's debugger: the page's own policy allows no foreign ones.
    """
    await page.evaluate(_SCRIPT)
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {', '.join(str(node['target']) for node in each['nodes'])}"
        for each in found["violations"]
        if each["impact"] in _GRAVE
    ]
