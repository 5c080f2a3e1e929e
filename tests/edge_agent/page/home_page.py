"""The hub's page at work, and what it may have to show."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

from edge_agent.outbox import Outbox
from edge_agent.page import Page, open_page
from edge_agent.publisher import HubHealth
from edge_agent.settings import DueMeasurement, PageSettings
from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.messages import CareCommand, Device, Opening, Quantity, Reading, TeamHours
from edge_agent.wire.vitals import Vital
from tests.edge_agent.samples import NOON
from tests.servers.ports import LOOPBACK, free_port

NOW = NOON + timedelta(hours=2)
WEIGH_DAILY = DueMeasurement(ReadingKind.BODY_WEIGHT, (time(7),))
PRESSURE_TWICE = DueMeasurement(ReadingKind.BLOOD_PRESSURE, (time(7), time(19)), user=2)
CUFF = Device(identifier="AA:BB:CC:00:00:02", model="<b>C1</b>")


def blood_pressure(at: datetime) -> Reading:
    values = {
        Vital.SYSTOLIC_BP: Quantity(value=138, unit="mm[Hg]"),
        Vital.DIASTOLIC_BP: Quantity(value=86, unit="mm[Hg]"),
        Vital.MEAN_ARTERIAL_PRESSURE: Quantity(value=103, unit="mm[Hg]"),
        Vital.PULSE_RATE: Quantity(value=71, unit="/min"),
    }
    return Reading(
        reading_id=uuid4(),
        kind=ReadingKind.BLOOD_PRESSURE,
        device=CUFF,
        values=values,
        measured_at=at,
        captured_at=at,
        raw="00",
    )


def office_hours() -> CareCommand:
    """As the gateway tells them."""
    hours = tuple(Opening(weekday=day, opens=8 * 60, closes=17 * 60) for day in range(1, 6))
    return CareCommand(edition="0123456789abcdef", teams=(TeamHours(time_zone="UTC", hours=hours),))


@asynccontextmanager
async def open_home_page(
    outbox: Outbox, health: HubHealth | None = None, due: Sequence[DueMeasurement] = (), now: datetime = NOW
) -> AsyncIterator[int]:
    """The page's port."""
    port = free_port()
    page = Page(outbox, lambda: health or HubHealth(), UTC, due, now=lambda: now)
    async with open_page(page, PageSettings(LOOPBACK, port)):
        yield port
