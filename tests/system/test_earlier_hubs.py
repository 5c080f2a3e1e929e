"""A hub in the field is older than its gateway, which is upgraded first: each understands the other.

What the gateway tells hubs of their numbering, an earlier one is told in `test_restore.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from edge_agent.wire.topics import Channel
from edge_agent.wire.vitals import Vital
from simulators.devices.values import DeviceKind
from tests.edge_agent.gateway_double import GatewayDouble
from tests.servers.broker import GATEWAY, Broker
from tests.servers.clock import Clock
from tests.servers.hub import AT_51A7713
from tests.servers.patience import eventually
from tests.system.care_hours import ALWAYS, ONE_DAY, set_team_hours
from tests.system.pipeline import ASTA, HOME, Pipeline, open_pipeline

LONGER_THAN_A_DAY = timedelta(hours=26)
"""What was captured before it goes as backlog."""
HIGHEST = 160
"""Of the systolic pressures below."""
OF_A_LATER_VERSION = {
    Channel.COMMANDS: ('{"command": "sing"}', '{"command": "replay", "epoch": 1, "loudly": true}'),
    Channel.RECEIPTS: ('{"batch_id": "6cb1dd6a-4da2-4c1c-9a14-a54e3ab8c6b4", "epoch": 1, "sung": [1]}',),
}


@pytest.fixture
async def pipeline(tmp_path: Path, database_url: str, broker: Broker) -> AsyncIterator[Pipeline]:
    """The home's devices are Asta's, and its hub is an earlier one."""
    async with open_pipeline(tmp_path, database_url, broker, packed_hub=AT_51A7713) as opened:
        await opened.assign(await opened.admit(ASTA), *DeviceKind)
        yield opened


async def test_its_readings_are_stored_and_judged_and_receipts_empty_its_outbox(pipeline: Pipeline) -> None:
    await pipeline.home.measure(DeviceKind.CUFF, systolic=190, diastolic=125, pulse=0)
    await pipeline.home.measure(DeviceKind.SCALE, weight=80.5)
    await pipeline.home.measure(DeviceKind.GLUCOMETER, glucose=48, meal="fasting")
    await eventually(lambda: pipeline.has_receipts(3))

    sent = [kept.reading for kept in pipeline.hub.outbox()]
    assert 0 in [
        reading.values[Vital.PULSE_RATE].value for reading in sent if Vital.PULSE_RATE in reading.values
    ]
    assert await pipeline.rows(
        "SELECT systolic_bp, diastolic_bp, mean_arterial_pressure, pulse_rate, body_weight, blood_glucose,"
        " meal, absent FROM reading ORDER BY systolic_bp, body_weight"
    ) == [
        (190, 125, 147, None, None, None, None, {"pulse_rate": "implausible"}),
        (None, None, None, None, 80.5, None, None, None),
        (None, None, None, None, None, 48, "fasting", None),
    ]
    assert await pipeline.rows("SELECT measured_at FROM reading ORDER BY position") == [
        (reading.measured_at,) for reading in sent
    ]
    assert set(await pipeline.rows("SELECT reading_id, raw FROM raw_reading")) == {
        (reading.reading_id, bytes.fromhex(reading.raw)) for reading in sent
    }
    assert await pipeline.rows("SELECT held::text FROM hub_run") == [("{[1,4)}",)]
    await eventually(lambda: pipeline.rows("SELECT WHERE NOT EXISTS (SELECT FROM due)"))
    assert await pipeline.rows("SELECT rule_id FROM task ORDER BY rule_id") == [
        ("glucose-below-54",),
        ("severe-blood-pressure",),
    ]
    assert await pipeline.counts("quarantine") == [0]
    assert "message_unreadable" not in pipeline.hub.log


async def test_it_keeps_the_hours_of_the_care_team_and_passes_over_what_it_does_not_know(
    pipeline: Pipeline,
) -> None:
    with beside_the_gateway(pipeline) as double:
        await set_team_hours(pipeline.gateway, ONE_DAY)
        await measure(pipeline, 150)
        await eventually(lambda: says(pipeline, "When your care team looks", "09:00 to 17:00"))
        await eventually(lambda: double.statuses and double.statuses[-1].care)
        assert str(double.statuses[-1].care) in pipeline.gateway.log  # so it is told no more

        for channel, messages in OF_A_LATER_VERSION.items():
            for message in messages:
                double.send(HOME, message, channel)
        await eventually(lambda: pipeline.hub.output.count("message_unreadable") == 3)
    await measure(pipeline, 151)
    await eventually(lambda: pipeline.has_receipts(2))

    pipeline.gateway.kill()
    pipeline.hub.kill()
    pipeline.hub.start()
    await pipeline.hub.until(lambda: "page_shown" in pipeline.hub.output)
    assert await says(pipeline, "When your care team looks", "09:00 to 17:00")


async def test_what_waited_while_broker_and_gateway_were_away_is_delivered_once(
    clock: Clock, pipeline: Pipeline
) -> None:
    await measure(pipeline, 150)
    await eventually(lambda: pipeline.has_receipts(1))
    await go_away(pipeline)
    await measure(pipeline, 151)
    await measure(pipeline, 152)
    await eventually(lambda: waiting(pipeline) == 2)
    pipeline.broker.start()
    pipeline.gateway.start()
    await eventually(lambda: pipeline.has_receipts(3))

    await go_away(pipeline)
    await measure(pipeline, 153)
    await eventually(lambda: waiting(pipeline) == 1)
    pipeline.hub.kill()
    clock.move_to(clock.now() + LONGER_THAN_A_DAY)
    pipeline.broker.start()
    with beside_the_gateway(pipeline) as double:
        pipeline.gateway.start()
        pipeline.hub.start()
        await measure(pipeline, 154, now=clock.now())
        await eventually(lambda: pipeline.has_receipts(5))
        await eventually(lambda: channels(double) == {(4, Channel.BACKLOG), (5, Channel.READINGS)})
    await everything_is_there_once(pipeline, 150, 151, 152, 153, 154)


async def test_todays_hub_carries_on_with_its_folder(pipeline: Pipeline) -> None:
    await set_team_hours(pipeline.gateway, ALWAYS)
    await measure(pipeline, 150)
    await eventually(lambda: pipeline.has_receipts(1))
    await eventually(lambda: says(pipeline, "day and night"))
    pipeline.gateway.kill()
    await measure(pipeline, 151)
    await eventually(lambda: waiting(pipeline) == 1)
    pipeline.hub.kill()

    pipeline.hub.upgrade()
    pipeline.hub.start()
    await pipeline.hub.until(lambda: "page_shown" in pipeline.hub.output)
    assert await says(pipeline, "day and night")
    await measure(pipeline, 152)
    await eventually(lambda: waiting(pipeline) == 2)
    pulses = [Vital.PULSE_RATE in kept.reading.values for kept in pipeline.hub.outbox()]
    assert pulses == [True, True, False]  # today's sends no pulse of 0
    pipeline.gateway.start()
    await eventually(lambda: pipeline.has_receipts(3))
    await everything_is_there_once(pipeline, 150, 151, 152)


def beside_the_gateway(pipeline: Pipeline) -> GatewayDouble:
    """It hears what hubs say, and says what a test says alone."""
    password = (pipeline.gateway.folder / "broker-password").read_text().strip()
    double = GatewayDouble(pipeline.broker.host, pipeline.broker.gateway_port, GATEWAY, password)
    double.answering = False
    return double


async def measure(pipeline: Pipeline, systolic: int, now: datetime | None = None) -> None:
    """Some minutes ago, the higher the later: two of one second would be one that contradicts itself."""
    at = (now or datetime.now(UTC)) - timedelta(minutes=HIGHEST - systolic)
    shown = at.astimezone().replace(tzinfo=None, microsecond=0)
    await pipeline.home.measure(DeviceKind.CUFF, systolic=systolic, diastolic=90, pulse=0, at=shown)


def channels(double: GatewayDouble) -> set[tuple[int, Channel]]:
    """On which of them each position came."""
    return {(position, each.channel) for each in double.deliveries for position in each.positions}


async def go_away(pipeline: Pipeline) -> None:
    pipeline.gateway.kill()
    pipeline.broker.kill()


def waiting(pipeline: Pipeline) -> int:
    """How many readings of the hub have no receipt."""
    return sum(kept.is_waiting for kept in pipeline.hub.outbox())


async def says(pipeline: Pipeline, *words: str) -> bool:
    """Whether they are on the page of the hub."""
    async with httpx.AsyncClient(trust_env=False) as client:
        page = (await client.get(pipeline.hub.page)).text
    return all(each in page for each in words)


async def everything_is_there_once(pipeline: Pipeline, *systolic: int) -> None:
    found = await pipeline.rows("SELECT systolic_bp FROM reading ORDER BY position")
    assert found == [(each,) for each in systolic]
    assert await pipeline.rows("SELECT held::text FROM hub_run") == [(f"{{[1,{len(systolic) + 1})}}",)]
    assert await pipeline.counts("raw_reading", "quarantine") == [len(systolic), 0]
