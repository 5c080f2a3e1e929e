"""Readings put right on the patient's page, in a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, expect

from edge_agent.wire.codes import Flag
from gateway.database.pool import Pool
from gateway.evaluation import corrections
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import assignments
from gateway.patients.assignments import NewAssignment
from tests.gateway.ward import METER, glucose, message
from tests.gateway.web.browsing import sign_in
from tests.gateway.web.clinic import HUB, Clinic
from tests.servers.axe import barriers

HOUR = timedelta(hours=1)


async def test_a_reading_is_struck_out_counted_again_and_moved(
    console: str, browser_page: Page, clinic: Clinic, pool: Pool
) -> None:
    now = datetime.now(UTC)
    await clinic.add_hub()
    patient_id = await clinic.add_patient()
    new = NewAssignment(HUB, METER.identifier, None, patient_id, now - 240 * HOUR, None)
    await assignments.assign(clinic.conn, clinic.staff["adam"], new, now)
    await clinic.conn.commit()
    readings = glucose(41.0, now - HOUR), glucose(120.0, now - 25 * HOUR)
    await store_batch(pool, Registry(), [message(*readings, hub=HUB, now=now)], now)

    page = browser_page
    await sign_in(page, console, "ann")
    await page.goto(f"{console}/patients/{patient_id}/readings")
    low = page.locator("table.single tbody tr", has_text="41 mg/dL")
    await low.get_by_text("Put it right").click()
    assert await barriers(page) == []
    await low.get_by_label("no measurement").fill("a guest's")
    await low.get_by_role("button", name="Strike it out").click()
    await expect(low).to_contain_text("Struck out by Ann Lee: a guest's")
    await expect(low.locator("del")).to_have_count(1)
    await low.get_by_role("button", name="Count it again").click()
    await expect(low.locator("del")).to_have_count(0)
    await low.get_by_text("Put it right").click()
    await low.get_by_label("It was taken at").fill(f"{now - 49 * HOUR:%Y-%m-%dT%H:%M}")
    await low.get_by_label("because", exact=True).fill("the clock was wrong")
    await low.get_by_role("button", name="Move it there").click()
    await expect(low).to_have_count(2)
    await expect(low.first).to_contain_text("says Ann Lee: the clock was wrong")
    moved, retracted = await corrections.of_patient(clinic.conn, patient_id)
    assert moved.taken_at is not None
    assert retracted.withdrawn_by == "Ann Lee"


async def test_a_control_solution_is_shown_as_what_it_is(
    console: str, browser_page: Page, clinic: Clinic, pool: Pool
) -> None:
    now = datetime.now(UTC)
    await clinic.add_hub()
    patient_id = await clinic.add_patient()
    new = NewAssignment(HUB, METER.identifier, None, patient_id, now - 240 * HOUR, None)
    await assignments.assign(clinic.conn, clinic.staff["adam"], new, now)
    await clinic.conn.commit()
    check = glucose(41.0, now - HOUR).model_copy(update={"flags": (Flag.CONTROL_SOLUTION,)})
    await store_batch(pool, Registry(), [message(check, hub=HUB, now=now)], now)

    page = browser_page
    await sign_in(page, console, "ann")
    await page.goto(f"{console}/patients/{patient_id}/readings")
    row = page.locator("table.single tbody tr", has_text="41 mg/dL")
    await expect(row).to_contain_text("control solution")
    await expect(row).to_contain_text("not a value of the patient")
    await expect(row.locator("del")).to_have_count(1)
    await expect(row.get_by_text("Put it right")).to_have_count(0)
    assert await barriers(page) == []
