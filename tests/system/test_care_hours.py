"""What a care team plans in the gateway is on the page of the box at home."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from simulators.devices.values import DeviceKind
from tests.servers.broker import Broker
from tests.servers.patience import eventually
from tests.system.care_hours import ALWAYS, ONE_DAY, set_team_hours
from tests.system.pipeline import ASTA, open_pipeline


async def test_the_page_of_the_hub_says_when_nobody_looks(
    tmp_path: Path, database_url: str, broker: Broker, browser_page: Page
) -> None:
    async with open_pipeline(tmp_path, database_url, broker) as pipeline:
        page = browser_page

        async def says(*words: str) -> bool:
            await page.goto(pipeline.hub.page)
            said = await page.inner_text("body")
            return all(each in said for each in words)

        assert not await says("care team looks")
        await pipeline.assign(await pipeline.admit(ASTA), DeviceKind.SCALE)
        await set_team_hours(pipeline.gateway, ONE_DAY)
        await pipeline.home.measure(DeviceKind.SCALE, weight=80.0)
        nobody = ("When your care team looks", "Nobody of your care team looks at this now", "09:00 to 17:00")
        await eventually(lambda: says(*nobody))
        assert not await says(ASTA.family_name)

        pipeline.gateway.kill()
        pipeline.hub.kill()
        pipeline.hub.start()
        await pipeline.hub.until(lambda: "page_shown" in pipeline.hub.output)
        await eventually(lambda: says(*nobody))  # it remembers what nobody tells it now

        pipeline.gateway.start()
        await pipeline.gateway.ready()
        await set_team_hours(pipeline.gateway, ALWAYS)
        await pipeline.home.measure(DeviceKind.SCALE, weight=80.1)
        await eventually(lambda: says("Every day", "day and night"))
        assert not await says("Nobody of your care team")
