"""What a care team plans in the gateway is on the page of the box at home."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from playwright.async_api import Page

from simulators.devices.values import DeviceKind
from tests.servers.broker import Broker
from tests.servers.patience import PATIENCE_S, eventually
from tests.system.pipeline import ASTA, Pipeline, open_pipeline

ALWAYS = [{"weekday": weekday, "opens": "00:00", "closes": "24:00"} for weekday in range(1, 8)]
IN_THREE_DAYS = (datetime.now(UTC) + timedelta(days=3)).isoweekday()
ONE_DAY = [{"weekday": IN_THREE_DAYS, "opens": "09:00", "closes": "17:00"}]


async def set_team_hours(pipeline: Pipeline, hours: list[dict[str, object]]) -> None:
    """As an administrator enters it."""
    sign_in = pipeline.gateway.sign_in
    async with httpx.AsyncClient(
        base_url=pipeline.gateway.address, trust_env=False, timeout=PATIENCE_S
    ) as client:
        who = {"username": sign_in.user, "password": sign_in.password}
        assert (await client.post("/api/session", json=who)).is_success
        [team] = (await client.get("/api/care-teams/plans")).json()["items"]
        wanted: Mapping[str, object] = {
            "time_zone": "UTC",
            "hours": hours,
            "accepting": "The emergency department covers the rest; patients were told.",
        }
        answer = await client.put(f"/api/care-teams/{team['care_team_id']}/plan", json=wanted)
        assert answer.is_success, answer.text


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
        await set_team_hours(pipeline, ONE_DAY)
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
        await set_team_hours(pipeline, ALWAYS)
        await pipeline.home.measure(DeviceKind.SCALE, weight=80.1)
        await eventually(lambda: says("Every day", "day and night"))
        assert not await says("Nobody of your care team")
