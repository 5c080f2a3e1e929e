"""When a care team looks, as an administrator enters it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import httpx

from tests.servers.gateway import Gateway
from tests.servers.patience import PATIENCE_S

ALWAYS = [{"weekday": weekday, "opens": "00:00", "closes": "24:00"} for weekday in range(1, 8)]
IN_THREE_DAYS = (datetime.now(UTC) + timedelta(days=3)).isoweekday()
ONE_DAY = [{"weekday": IN_THREE_DAYS, "opens": "09:00", "closes": "17:00"}]


async def set_team_hours(gateway: Gateway, hours: Sequence[Mapping[str, object]]) -> None:
    """Those of the only team, on the clocks of UTC."""
    who = {"username": gateway.sign_in.user, "password": gateway.sign_in.password}
    async with httpx.AsyncClient(base_url=gateway.address, trust_env=False, timeout=PATIENCE_S) as client:
        assert (await client.post("/api/session", json=who)).is_success
        [team] = (await client.get("/api/care-teams/plans")).json()["items"]
        wanted = {
            "time_zone": "UTC",
            "hours": hours,
            "accepting": "The emergency department covers the rest; patients were told.",
        }
        answer = await client.put(f"/api/care-teams/{team['care_team_id']}/plan", json=wanted)
        assert answer.is_success, answer.text
