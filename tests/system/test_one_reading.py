"""One measurement, from the button on the device to the page that is open in a browser."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Page
from psycopg.types.multirange import Int8Multirange
from psycopg.types.range import Range

from simulators.devices.values import DeviceKind
from tests.servers.broker import Broker
from tests.servers.patience import eventually
from tests.system.pages import Console
from tests.system.pipeline import ASTA, open_pipeline

NAME = "Lindqvist, Asta"
SEVERE = "Blood pressure above 180/120 mmHg"
FIRST_POSITION = Int8Multirange([Range(1, 2)])


def local(ago: timedelta) -> datetime:
    """A moment on the clock of the home, which devices keep to the second."""
    return (datetime.now(UTC) - ago).astimezone().replace(microsecond=0)


def shown(at: datetime) -> datetime:
    """What a device's clock shows."""
    return at.replace(tzinfo=None)


def bytes_on_the_radio(at: datetime) -> bytes:
    """190/125 mmHg, mean 147, pulse 88, by Blood Pressure Service 1.1.1, section 3.1.

    Flags: time stamp, pulse rate and measurement status are present; no bit of the status is set.
    """
    clock = struct.pack("<H5B", at.year, at.month, at.day, at.hour, at.minute, at.second)
    return bytes.fromhex("16 be00 7d00 9300") + clock + bytes.fromhex("5800 0000")


async def test_one_reading_from_the_cuff_to_the_open_page(
    tmp_path: Path, database_url: str, broker: Broker, browser_page: Page
) -> None:
    async with open_pipeline(tmp_path, database_url, broker) as pipeline:
        patient_id = await pipeline.admit(ASTA)
        await pipeline.assign(patient_id, DeviceKind.CUFF)
        console = Console(browser_page, pipeline.gateway.address)
        await console.open(pipeline.gateway.sign_in)
        await console.shows_no_tasks()

        at = local(timedelta(seconds=90))
        await pipeline.home.measure(DeviceKind.CUFF, systolic=190, diastolic=125, pulse=88, at=shown(at))

        row = await console.shows_task(SEVERE, "urgent", NAME, "190 mm", "125 mm", " min ago")
        assert await console.is_still_open()
        await console.shows_evidence(
            row,
            *("190/125 mmHg", "mean 147 mmHg", "pulse 88"),
            *("Chest pain", "2017 ACC/AHA guideline", pipeline.home.address_of(DeviceKind.CUFF)),
        )

        [kept] = pipeline.hub.outbox()
        assert kept.reading.raw == bytes_on_the_radio(shown(at)).hex()
        await eventually(pipeline.has_receipt)
        assert await pipeline.rows(
            "SELECT measured_at, systolic_bp, diastolic_bp, mean_arterial_pressure, pulse_rate, body_weight,"
            " blood_glucose, position, offset_s, flags, absent, original FROM reading"
        ) == [(at.astimezone(UTC), 190.0, 125.0, 147.0, 88.0, None, None, 1, None, 0, None, None)]
        assert await pipeline.rows(
            "SELECT reading_id, kind, device_clock, raw, captured_at - measured_at < interval '3 min'"
            " FROM raw_reading"
        ) == [(kept.reading.reading_id, "blood_pressure", shown(at), bytes_on_the_radio(shown(at)), True)]
        assert await pipeline.rows(
            "SELECT hub.name, held FROM hub_run JOIN hub USING (hub_id) WHERE epoch IS NOT NULL"
        ) == [(pipeline.hub.name, FIRST_POSITION)]
        assert await pipeline.rows(
            "SELECT t.patient_id, t.rule_id, t.status, e.measured_at, e.reason = t.reason"
            " FROM task t JOIN evidence e USING (task_id)"
        ) == [(patient_id, "severe-blood-pressure", "ready", at.astimezone(UTC), True)]


async def test_a_scale_and_a_meter_go_the_same_way(
    tmp_path: Path, database_url: str, broker: Broker, browser_page: Page
) -> None:
    async with open_pipeline(tmp_path, database_url, broker) as pipeline:
        await pipeline.assign(await pipeline.admit(ASTA), DeviceKind.SCALE, DeviceKind.GLUCOMETER)
        console = Console(browser_page, pipeline.gateway.address)
        await console.open(pipeline.gateway.sign_in)

        yesterday, now = local(timedelta(days=1)), local(timedelta(seconds=5))
        await pipeline.home.measure(DeviceKind.GLUCOMETER, glucose=48, meal="fasting", at=shown(now))
        await console.shows_task("Blood glucose below 54 mg/dL", NAME, "48 mg/dL")
        await pipeline.home.measure(DeviceKind.SCALE, weight=80.0, at=shown(yesterday))
        await pipeline.home.measure(DeviceKind.SCALE, weight=82.5, at=shown(now))
        await console.shows_task("Weight gain over 3 days", NAME, "+2.5 kg")

        assert await console.is_still_open()
        assert await pipeline.rows(
            "SELECT measured_at, blood_glucose, body_weight, meal FROM reading"
            " ORDER BY body_weight NULLS FIRST"
        ) == [
            (now.astimezone(UTC), 48.0, None, "fasting"),
            (yesterday.astimezone(UTC), None, 80.0, None),
            (now.astimezone(UTC), None, 82.5, None),
        ]


async def test_a_reading_of_nobody_is_shown_and_becomes_the_patients_who_is_given_the_device(
    tmp_path: Path, database_url: str, broker: Broker, browser_page: Page
) -> None:
    async with open_pipeline(tmp_path, database_url, broker) as pipeline:
        patient_id = await pipeline.admit(ASTA)
        await pipeline.home.measure(DeviceKind.CUFF, systolic=190, diastolic=125)
        await eventually(pipeline.has_receipt)
        await eventually(lambda: pipeline.rows("SELECT WHERE NOT EXISTS (SELECT FROM due)"))

        console = Console(browser_page, pipeline.gateway.address)
        await console.open(pipeline.gateway.sign_in)
        await console.shows_no_tasks()
        cuff = pipeline.home.address_of(DeviceKind.CUFF)
        await console.says_beside_the_list("Readings of nobody", "1 reading from 1 source", cuff)

        await pipeline.assign(patient_id, DeviceKind.CUFF)
        await console.shows_task(SEVERE, NAME, "190 mm")
        assert await console.is_still_open()
        await console.reload()
        await console.says_beside_the_list("Every reading belongs to a patient.")
        assert await pipeline.rows("SELECT count(*) FROM reading") == [(1,)]
        assert await pipeline.rows("SELECT count(*) FROM quarantine") == [(0,)]
