"""What was measured, as programs and analysts read it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from edge_agent.wire.messages import Device
from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import assignments
from gateway.patients.assignments import NewAssignment
from tests.gateway.ward import glucose, message
from tests.gateway.web.clinic import HUB, NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import items

TRAP = Device(identifier="=HYPERLINK(1)")
DAY = timedelta(days=1)


async def measured(clinic: Clinic, pool: Pool, *values: float) -> int:
    """A patient with one value a day, the last one now."""
    await clinic.add_hub()
    patient_id = await clinic.add_patient()
    new = NewAssignment(HUB, TRAP.identifier, None, patient_id, NOW - 400 * DAY, None)
    await assignments.assign(clinic.conn, clinic.staff["adam"], new, NOW)
    await clinic.conn.commit()
    readings = [glucose(value, NOW - n * DAY, device=TRAP) for n, value in enumerate(reversed(values))]
    await store_batch(pool, Registry(), [message(*readings, hub=HUB)], NOW)
    return patient_id


async def test_days_come_in_pages(sign_in: SignIn, clinic: Clinic, pool: Pool) -> None:
    path = f"/api/patients/{await measured(clinic, pool, 90.0, 100.0, 110.0)}/series"
    ann = await sign_in("ann")
    found = await items(ann, path, limit=2)
    assert [each["vitals"]["blood_glucose"]["mean"] for each in found] == [110.0, 100.0, 90.0]
    assert found[0]["starts_at"] == "2026-02-28T23:00:00Z"
    assert await items(ann, path, since=(NOW - DAY).isoformat(), bucket="month") != []
    assert (await ann.get(path, params={"bucket": "fortnight"})).status_code == 422
    assert (await ann.get(path, params={"cursor": "eyJh"})).json()["error"] == "bad-cursor"


async def test_a_table_has_units_and_runs_nothing_in_a_spreadsheet(
    sign_in: SignIn, clinic: Clinic, pool: Pool
) -> None:
    path = f"/api/patients/{await measured(clinic, pool, 90.0, 100.0, 110.0)}"
    ann = await sign_in("ann")
    answer = await ann.get(f"{path}/readings", params={"limit": 2}, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "no-store" in answer.headers["cache-control"]
    first, second = csv.DictReader(io.StringIO(answer.text))
    assert (first["blood_glucose [mg/dL]"], second["blood_glucose [mg/dL]"]) == ("110.0", "100.0")
    assert first["device"] == "'=HYPERLINK(1)"
    assert first["measured_at"] == "2026-03-01T12:00:00+00:00"
    rest = await ann.get(answer.links["next"]["url"], headers={"Accept": "text/csv"})
    [last] = csv.DictReader(io.StringIO(rest.text))
    assert last["blood_glucose [mg/dL]"] == "90.0"
    assert "next" not in rest.links
    days = await ann.get(f"{path}/series", params={"format": "csv"})
    assert [each["mean"] for each in csv.DictReader(io.StringIO(days.text))] == ["110.0", "100.0", "90.0"]


async def test_reach_ends_at_the_care_team(sign_in: SignIn, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    cleo = await sign_in("cleo")
    for part in ("readings", "series", "events", "series?format=csv"):
        assert (await cleo.get(f"/api/patients/{patient_id}/{part}")).status_code == 404
