from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from uuid import uuid4

import pytest

from edge_agent.outbox import Outbox
from edge_agent.publisher import Broker, Publisher, hub_status
from edge_agent.wire.messages import (
    HubStatus,
    NewEpochCommand,
    Quarantined,
    Receipt,
    ReplayCommand,
)
from edge_agent.wire.topics import Channel
from tests.edge_agent.conftest import HUB
from tests.edge_agent.gateway_double import GatewayDouble
from tests.edge_agent.samples import NOON, weight
from tests.servers.broker import Broker as BrokerProcess
from tests.servers.patience import PATIENCE_S, eventually, patience

Received: TypeAlias = Callable[[], Awaitable[None]]


def just_now() -> datetime:
    return datetime.now(UTC)


async def drained(publisher: Publisher) -> None:
    async with patience("nothing in the outbox waits"):
        await publisher.drained()


@pytest.fixture
def everything_is_received(
    outbox: Outbox, gateway: GatewayDouble, caplog: pytest.LogCaptureFixture
) -> Received:
    """Returns when the hub has heard all that broker and gateway have said so far: they speak in turn."""

    async def received() -> None:
        last = Receipt(batch_id=uuid4(), epoch=outbox.epoch, stored=(1,))
        with caplog.at_level(logging.INFO):
            gateway.send(HUB, last.model_dump_json())
            await eventually(lambda: f"receipt_unknown hub={HUB} batch={last.batch_id}" in caplog.text)

    return received


async def test_a_reading_leaves_the_outbox_on_the_receipt(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble
) -> None:
    reading = weight(captured_at=just_now())
    receipts: list[Receipt] = []
    async with Publisher(HUB, at_broker, outbox, on_receipt=receipts.append) as publisher:
        outbox.add_all([reading])
        publisher.wake()
        await drained(publisher)
    (delivery,) = gateway.deliveries
    assert delivery.channel is Channel.READINGS
    assert delivery.batch.readings == (reading,)
    assert [receipt.positions for receipt in receipts] == [(1,)]


async def test_the_brokers_word_is_not_enough(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble, everything_is_received: Received
) -> None:
    gateway.answering = False
    outbox.add_all([weight(captured_at=just_now())])
    async with Publisher(HUB, at_broker, outbox):
        await gateway.delivered(1)
        await everything_is_received()
        assert outbox.counts().waiting == 1


async def test_without_a_receipt_the_same_batch_is_sent_again(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble
) -> None:
    gateway.answering = False
    outbox.add_all([weight(captured_at=just_now())])
    async with Publisher(HUB, at_broker, outbox, receipt_within_s=0.2):
        first, again = await gateway.delivered(2)
    assert first == again


async def test_what_was_sent_without_a_receipt_is_sent_by_the_next_process(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble
) -> None:
    gateway.answering = False
    outbox.add_all([weight(captured_at=just_now())])
    async with Publisher(HUB, at_broker, outbox):
        await gateway.delivered(1)
    gateway.answering = True
    async with Publisher(HUB, at_broker, outbox) as publisher:
        await drained(publisher)
    first, second = gateway.deliveries
    assert first.batch == second.batch


async def test_a_killed_broker_costs_a_resend_of_the_same_batch(
    outbox: Outbox,
    at_broker: Broker,
    gateway: GatewayDouble,
    broker: BrokerProcess,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gateway.answering = False
    outbox.add_all([weight(captured_at=just_now())])
    async with Publisher(HUB, at_broker, outbox) as publisher:
        await gateway.delivered(1)
        broker.kill()
        await eventually(lambda: "not_connected" in caplog.text)
        outbox.add_all([weight(captured_at=just_now())])
        gateway.answering = True
        broker.start()
        await drained(publisher)
    assert len({delivery.header.batch_id for delivery in gateway.deliveries}) == 2
    positions = {position for delivery in gateway.deliveries for position in delivery.positions}
    assert positions == {1, 2}


async def test_what_waited_goes_as_backlog_and_today_goes_first(
    outbox: Outbox,
    at_broker: Broker,
    gateway: GatewayDouble,
    everything_is_received: Received,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub_status, "AFTER_CHANGE_S", 0.0)
    gateway.answering = False
    last_week = just_now() - timedelta(days=7)
    outbox.add_all(weight(captured_at=last_week) for _ in range(950))
    outbox.add_all([weight(captured_at=just_now())])
    async with Publisher(HUB, at_broker, outbox) as publisher:
        await gateway.delivered(5)
        await everything_is_received()
        publisher.wake()
        await eventually(lambda: len(gateway.statuses) == 2)  # the second comes after all that it sent
    assert [delivery.channel for delivery in gateway.deliveries] == [Channel.READINGS, *[Channel.BACKLOG] * 4]
    assert [delivery.header.count for delivery in gateway.deliveries] == [1, 100, 100, 100, 100]


async def test_a_backlog_of_thousands_arrives_once(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble
) -> None:
    outbox.add_all(weight(captured_at=NOON) for _ in range(3210))
    async with Publisher(HUB, at_broker, outbox) as publisher:
        await drained(publisher)
    positions = [position for delivery in gateway.deliveries for position in delivery.positions]
    assert sorted(positions) == list(range(1, 3211))


async def test_what_is_quarantined_waits_no_longer(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble
) -> None:
    gateway.answering = False
    outbox.add_all([weight(captured_at=just_now())])
    async with Publisher(HUB, at_broker, outbox) as publisher:
        (delivery,) = await gateway.delivered(1)
        refused = Receipt(
            batch_id=delivery.header.batch_id,
            epoch=outbox.epoch,
            quarantined=(Quarantined(position=1, reason="measured before 1980"),),
        )
        gateway.send(HUB, refused.model_dump_json())
        await drained(publisher)
    assert outbox.quarantined() == [("measured before 1980", 1)]


async def test_a_receipt_of_a_clone_is_not_ours(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble, everything_is_received: Received
) -> None:
    gateway.answering = False
    outbox.add_all([weight(captured_at=just_now())])
    async with Publisher(HUB, at_broker, outbox):
        await gateway.delivered(1)
        foreign = Receipt(batch_id=uuid4(), epoch=outbox.epoch, stored=(1,))
        gateway.send(HUB, foreign.model_dump_json())
        gateway.send(HUB, "no receipt at all")
        await everything_is_received()
        assert outbox.counts().waiting == 1


async def test_a_replay_sends_the_asked_positions_again(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble
) -> None:
    outbox.add_all(weight(captured_at=NOON) for _ in range(5))
    async with Publisher(HUB, at_broker, outbox) as publisher:
        await drained(publisher)
        asked = ReplayCommand(epoch=outbox.epoch, first_position=2, last_position=3)
        gateway.send(HUB, asked.model_dump_json(), Channel.COMMANDS)
        first, again = await gateway.delivered(2)
        assert again.batch.readings == first.batch.readings[1:3]
        await drained(publisher)


async def test_a_new_epoch_numbers_what_has_no_receipt_anew(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble
) -> None:
    gateway.answering = False
    outbox.add_all([weight(captured_at=NOON), weight(captured_at=NOON)])
    async with Publisher(HUB, at_broker, outbox) as publisher:
        (before,) = await gateway.delivered(1)
        gateway.answering = True
        leave = NewEpochCommand(epoch=outbox.epoch)
        gateway.send(HUB, leave.model_dump_json(), Channel.COMMANDS)
        await drained(publisher)
    after = gateway.deliveries[-1]
    assert after.header.epoch != before.header.epoch
    assert after.batch == before.batch
    assert list(after.positions) == [1, 2]


async def test_the_status_tells_how_the_outbox_stands_and_the_will_ends_it(
    outbox: Outbox, at_broker: Broker, gateway: GatewayDouble
) -> None:
    async with Publisher(HUB, at_broker, outbox) as publisher:
        outbox.add_all([weight(captured_at=just_now())])
        publisher.wake()
        await eventually(lambda: any(status.receipted == 1 for status in gateway.statuses))
    await eventually(lambda: not gateway.statuses[-1].online)
    last = gateway.statuses[-2]
    assert (last.epoch, last.assigned, last.receipted, last.waiting) == (outbox.epoch, 1, 1, 0)
    assert gateway.statuses[-1] == HubStatus(online=False)


async def test_a_refused_hub_says_so_and_tries_again(
    outbox: Outbox, broker: BrokerProcess, gateway: GatewayDouble, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.add_all([weight(captured_at=just_now())])
    late = Broker(broker.host, broker.port, "known-later")
    with caplog.at_level(logging.WARNING):
        async with Publisher(HUB, late, outbox) as publisher:
            await eventually(lambda: "refused this hub: Not authorized" in caplog.text)
            broker.add_user(HUB, "known-later")
            await drained(publisher)
    assert "known-later" not in caplog.text
    assert len(gateway.deliveries) == 1


async def test_when_nobody_listens_it_tries_again_soon(
    outbox: Outbox, at_broker: Broker, broker: BrokerProcess, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.add_all([weight(captured_at=just_now())])
    caplog.set_level(logging.INFO)
    long = 10 * PATIENCE_S  # for a receipt it would wait so long
    async with Publisher(HUB, at_broker, outbox, receipt_within_s=long) as publisher:
        await eventually(lambda: "batch_unheard" in caplog.text)
        with GatewayDouble(broker.host, broker.gateway_port, "gateway", broker.passwords["gateway"]):
            await drained(publisher)


async def test_many_hubs_send_from_one_process(
    tmp_path_factory: pytest.TempPathFactory, broker: BrokerProcess, gateway: GatewayDouble
) -> None:
    folder = tmp_path_factory.mktemp("hubs")

    async def send(number: int) -> None:
        with Outbox(folder / f"{number}.db") as outbox:
            outbox.add_all(weight(captured_at=NOON) for _ in range(120))
            at = Broker(broker.host, broker.port, "password")
            async with Publisher(f"hub-{number}", at, outbox) as publisher:
                await publisher.drained()

    for number in range(10):
        broker.passwords[f"hub-{number}"] = "password"
    broker.add_user("hub-10", "password")
    async with patience("eleven outboxes are empty"), asyncio.TaskGroup() as group:
        for number in range(11):
            group.create_task(send(number))
    assert sum(delivery.header.count for delivery in gateway.deliveries) == 11 * 120


async def test_a_broken_outbox_ends_the_publisher(outbox: Outbox, at_broker: Broker) -> None:
    async def send() -> None:
        async with Publisher(HUB, at_broker, outbox):
            outbox.close()
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as raised:
        await send()
    assert raised.group_contains(sqlite3.ProgrammingError)


async def test_a_name_that_is_no_hub_is_refused(outbox: Outbox) -> None:
    with pytest.raises(ValueError, match="no name for a hub"):
        Publisher("Hub/1", Broker("localhost", 1, "x"), outbox)
