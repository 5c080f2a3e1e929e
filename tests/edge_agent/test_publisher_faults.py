"""What the publisher does about brokers that take little, copies of a hub, and days offline."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from edge_agent.outbox import Outbox
from edge_agent.publisher import Broker, HubHealth, Publisher
from edge_agent.wire.codes import HubProblem
from edge_agent.wire.messages import Receipt
from edge_agent.wire.topics import Channel
from tests.edge_agent.conftest import HUB
from tests.edge_agent.gateway_double import GatewayDouble
from tests.edge_agent.samples import NOON, weight
from tests.servers.broker import Broker as BrokerProcess
from tests.servers.patience import eventually, patience

OFFLINE = timedelta(hours=72)
EVERY = timedelta(seconds=90)
MAX_PACKET = 2000


async def test_a_batch_fits_what_the_broker_takes(
    tmp_path: Path, outbox: Outbox, broker: BrokerProcess
) -> None:
    with (tmp_path / "broker/mosquitto.conf").open("a") as configuration:
        configuration.write(f"max_packet_size {MAX_PACKET}\n")
    broker.kill()
    broker.start()
    broker.add_user(HUB, "hub-password")
    outbox.add_all(weight(captured_at=NOON) for _ in range(30))
    at = Broker(broker.host, broker.port, "hub-password")
    with GatewayDouble(broker.host, broker.gateway_port, "gateway", broker.passwords["gateway"]) as gateway:
        async with Publisher(HUB, at, outbox) as publisher, patience("nothing waits"):
            await publisher.drained()
    counts = [delivery.header.count for delivery in gateway.deliveries]
    assert sum(counts) == 30
    assert 1 < max(counts) < 10


async def test_a_receipt_for_positions_it_never_gave_tells_a_hub_that_it_is_a_copy(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble
) -> None:
    outbox.add_all(weight(captured_at=NOON) for _ in range(2))
    epoch = outbox.epoch
    async with Publisher(HUB, at_broker, outbox) as publisher:
        await publisher.drained()
        foreign = Receipt(batch_id=uuid4(), epoch=epoch, stored=(3, 4))
        gateway.send(HUB, foreign.model_dump_json())
        await eventually(lambda: outbox.epoch != epoch)
        await eventually(lambda: gateway.statuses[-1].epoch == outbox.epoch)


async def test_problems_and_an_unknown_time_are_in_the_status(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble
) -> None:
    health = HubHealth(clock_synchronised=False, problems=(HubProblem.DISK_FULL,))
    async with Publisher(HUB, at_broker, outbox, health=lambda: health):
        await eventually(lambda: gateway.statuses)
    assert gateway.statuses[0].problems == (HubProblem.DISK_FULL,)
    assert gateway.statuses[0].clock_synchronised is False


async def test_after_72_hours_offline_todays_readings_come_first_and_all_come_once(
    tmp_path: Path, at_broker: Broker, gateway: GatewayDouble
) -> None:
    """2880 readings, one each 90 seconds; the time is moved, the broker is real."""
    now = datetime.now(UTC)
    taken = [
        weight(70 + number / 100, captured_at=now - OFFLINE + number * EVERY)
        for number in range(OFFLINE // EVERY)
    ]
    with Outbox(tmp_path / "before.db") as outbox:
        for start in range(0, len(taken), 500):  # six lives of the process
            outbox.add_all(taken[start : start + 500])
    with Outbox(tmp_path / "before.db") as outbox:
        async with Publisher(HUB, at_broker, outbox, clock=lambda: now) as publisher:
            just_now = weight(captured_at=now)
            outbox.add_all([just_now])
            publisher.wake()
            async with patience("nothing waits"):
                await publisher.drained()
    came = [reading.reading_id for each in gateway.deliveries for reading in each.batch.readings]
    assert sorted(came) == sorted(reading.reading_id for reading in (*taken, just_now))
    live = [each for each in gateway.deliveries if each.channel is Channel.READINGS]
    todays = {reading.reading_id for each in live for reading in each.batch.readings}
    assert todays == {
        reading.reading_id for reading in (*taken, just_now) if reading.captured_at >= now - timedelta(days=1)
    }
    places = {reading_id: place for place, reading_id in enumerate(came)}
    before = [places[reading.reading_id] for reading in taken if reading.reading_id not in todays]
    assert len(before) == 1920
    # Only the four batches that may be on their way without a receipt can come in between.
    assert sum(place < max(places[reading_id] for reading_id in todays) for place in before) <= 4 * 100
