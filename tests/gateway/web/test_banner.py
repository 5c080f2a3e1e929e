"""What every page says that an empty list does not: from whom nothing comes, and who is not judged yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from tests.gateway.web.clinic import PASSWORD, Clinic
from tests.servers.patience import PATIENCE_S


async def test_every_page_says_from_whom_nothing_comes(console: str, clinic: Clinic) -> None:
    now = datetime.now(UTC)
    await clinic.add_hub()
    patient_id = await clinic.add_patient()
    await clinic.carry_device(patient_id, since=now - timedelta(days=1))
    await clinic.conn.execute("UPDATE hub SET online = true, status_at = %s", [now - timedelta(hours=1)])
    await clinic.conn.commit()
    async with httpx.AsyncClient(base_url=console, follow_redirects=True, timeout=PATIENCE_S) as client:
        for username, says in (("ann", True), ("cleo", False), ("adam", True)):
            await client.post("/sign-in", data={"username": username, "password": PASSWORD})
            for path in ("/", "/banner"):
                assert ("No data from 1 patient since" in (await client.get(path)).text) is says


async def test_every_page_says_who_is_not_judged(console: str, clinic: Clinic) -> None:
    now = datetime.now(UTC)
    await clinic.add_hub()
    for number, team in ((1, clinic.north), (2, clinic.north), (3, clinic.north), (4, clinic.south)):
        patient_id = await clinic.add_patient(f"P-{number}", (f"Name{number}", "Jo"), team)
        await clinic.carry_device(patient_id, now - timedelta(days=1), f"cuff-{number}")
    uploads = "UPDATE due SET appended_at = %s WHERE source_id = 1"
    await clinic.conn.execute("UPDATE due SET appended_at = %s", [now])
    await clinic.conn.execute(uploads, [now - timedelta(minutes=11)])
    looks = "UPDATE patient_state SET next_due_at = %s WHERE patient_id = 2"
    await clinic.conn.execute(looks, [now - timedelta(minutes=11)])
    fails = """INSERT INTO unjudged (patient_id, rule_id, organisation_id, since, failed_at, times, error)
        VALUES (4, 'a-rule', %s, %s, %s, 1, 'IndexError')"""
    await clinic.conn.execute(fails, [clinic.organisation_id, now, now])
    await clinic.conn.commit()
    async with httpx.AsyncClient(base_url=console, follow_redirects=True, timeout=PATIENCE_S) as client:
        for username, says, names in (
            ("ann", "Readings of 2 patients are not judged yet", {1, 2}),
            ("cleo", "Readings of 1 patient are not judged yet", {4}),
        ):
            await client.post("/sign-in", data={"username": username, "password": PASSWORD})
            for path in ("/", "/banner", "/patients", "/setup"):
                page = (await client.get(path)).text
                assert says in page
                assert 'href="/patients?unjudged=true"' in page
            named = (await client.get("/patients?unjudged=true")).text
            assert {number for number in range(1, 5) if f"Name{number}, Jo" in named} == names
