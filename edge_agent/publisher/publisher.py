"""Carries the outbox to the gateway: nothing is taken for sent without the gateway's receipt."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from types import TracebackType
from typing import Final, Self
from uuid import UUID, uuid4

from edge_agent.outbox import Outbox
from edge_agent.publisher.connection import (
    Broker,
    BrokerAway,
    Connection,
    ConnectionClosed,
    MessageArrived,
    PublishAcknowledged,
)
from edge_agent.publisher.downlink import Downlink
from edge_agent.publisher.hub_status import WILL, HubHealth, StatusReport
from edge_agent.send_window import FIRST_PATIENCE_S, OVERHEAD_BYTES, InFlightBatch, SendWindow
from edge_agent.wire import topics
from edge_agent.wire.messages import MAX_READINGS, Receipt
from edge_agent.wire.topics import Channel

logger = logging.getLogger(__name__)

FRESH: Final = timedelta(days=1)
"""What was captured longer ago goes as backlog: after days offline, today's readings come first."""
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
NO_SUBSCRIBER: Final = "No matching subscribers"
"""The broker's answer (reason code 0x10) when the gateway is away: it has thrown the message away."""


def now_utc() -> datetime:
    return datetime.now(UTC)


class Publisher:
    """Sends what waits in the outbox, and sends it again until its receipt is here.

        async with Publisher("hub-1", Broker("localhost", 1883, password), outbox) as publisher:
            outbox.add(...)
            publisher.wake()

    The work runs beside the body; if it fails, the body is cancelled and the error comes out in an exception
    group.
    """

    def __init__(
        self,
        hub: str,
        broker: Broker,
        outbox: Outbox,
        *,
        clock: Callable[[], datetime] = now_utc,
        health: Callable[[], HubHealth] = HubHealth,
        on_receipt: Callable[[Receipt], None] = lambda _: None,
        receipt_within_s: float = FIRST_PATIENCE_S,
    ) -> None:
        """`on_receipt` is called after the receipt is in the outbox. Without it a batch is sent again.

        Raises ValueError on a bad hub name.
        """
        self._topics = {channel: topics.topic(hub, channel) for channel in Channel}
        self._hub = hub
        self._broker = broker
        self._outbox = outbox
        self._clock = clock
        self._status = StatusReport(outbox, health)
        self._window = SendWindow(receipt_within_s)
        self._downlink = Downlink(
            *(hub, outbox, self._window), clock=clock, changed=self._on_downlink, on_receipt=on_receipt
        )
        self._spread = SystemRandom().random
        self._messages: dict[int, UUID] = {}  # of this connection: the batch that a message carries
        self._news = asyncio.Event()
        self._settled = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        self._task = self._group.create_task(self._run(), name=f"publisher of {self._hub}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await self._group.__aexit__(kind, error, trace)

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._status.changed(self._now())
        self._news.set()

    async def drained(self) -> None:
        """Wait until nothing in the outbox waits."""
        while self._outbox.counts().waiting:
            self._settled.clear()
            await self._settled.wait()

    async def _run(self) -> None:
        pause = FIRST_PAUSE_S
        will = (self._topics[Channel.STATUS], WILL)
        while True:
            try:
                async with Connection(self._hub, self._broker, will, self._news) as connection:
                    logger.info("connected hub=%s session_kept=%s", self._hub, connection.session_present)
                    pause = FIRST_PAUSE_S
                    await self._serve(connection)
            except BrokerAway as error:
                wait = pause * (0.5 + self._spread())
                logger.warning("not_connected hub=%s again_in_s=%.1f reason=%r", self._hub, wait, str(error))
                await asyncio.sleep(wait)
                pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _serve(self, connection: Connection) -> None:
        connection.subscribe(self._topics[Channel.RECEIPTS], self._topics[Channel.COMMANDS])
        self._messages.clear()
        self._status.due_at = self._now()
        self._window.reconnected(
            self._now(),
            session_present=connection.session_present,
            max_packet_bytes=connection.max_packet_bytes,
        )
        while True:
            self._news.clear()
            for event in connection.events():
                match event:
                    case MessageArrived():
                        self._downlink.receive(event.topic, event.payload)
                    case PublishAcknowledged():
                        self._acknowledge(event)
                    case ConnectionClosed(reason):
                        raise BrokerAway(reason)
            self._form_batches()
            for batch in self._window.due(self._now()):
                self._send(connection, batch)
            if self._now() >= self._status.due_at:
                status = self._status.message(self._clock(), self._now())
                connection.publish(self._topics[Channel.STATUS], status, retain=True)
            await self._wait()

    def _form_batches(self) -> None:
        cutoff = self._clock() - FRESH
        for channel, waiting in (
            (Channel.READINGS, self._outbox.waiting_since),
            (Channel.BACKLOG, self._outbox.waiting_from_before),
        ):
            if room := self._window.room(channel):
                rows = waiting(cutoff, self._window.positions + room * MAX_READINGS)
                for run in self._window.runs(rows, room):
                    self._window.add(uuid4(), run, channel, self._now())

    def _send(self, connection: Connection, batch: InFlightBatch) -> None:
        header = batch.header
        readings = self._outbox.contents(header.epoch, header.first_position, header.last_position)
        content = b",".join(readings)
        if len(content) + OVERHEAD_BYTES > (connection.max_packet_bytes or sys.maxsize):
            # It waits for a broker that takes it: sent to this one, it would end the connection.
            logger.error("reading_too_large hub=%s first=%d", self._hub, header.first_position)
            self._window.sent(header.batch_id, self._now(), self._spread())
            return
        message = connection.publish(
            self._topics[batch.channel],
            b'{"readings":[' + content + b"]}",
            correlation=header.batch_id.bytes,
            user={
                topics.EPOCH_PROPERTY: str(header.epoch),
                topics.FIRST_POSITION_PROPERTY: str(header.first_position),
                topics.COUNT_PROPERTY: str(header.count),
            },
        )
        self._messages[message] = header.batch_id
        self._window.sent(header.batch_id, self._now(), self._spread())
        logger.info(
            "batch_sent hub=%s batch=%s channel=%s first=%d count=%d time=%d",
            self._hub,
            header.batch_id,
            batch.channel,
            header.first_position,
            header.count,
            batch.times + 1,
        )

    def _acknowledge(self, event: PublishAcknowledged) -> None:
        batch_id = self._messages.pop(event.message, None)
        if event.refused:
            logger.error("publish_refused hub=%s batch=%s reason=%r", self._hub, batch_id, event.reason)
        elif batch_id is not None and event.reason == NO_SUBSCRIBER:
            self._window.dropped(batch_id, self._now(), self._spread())
            logger.info("batch_unheard hub=%s batch=%s", self._hub, batch_id)
        elif batch_id is not None:
            self._window.accepted(batch_id)

    def _on_downlink(self) -> None:
        """The gateway's word has changed how the outbox stands."""
        self._status.changed(self._now())
        self._settled.set()

    async def _wait(self) -> None:
        """Until something happens or something is due."""
        due = min(self._status.due_at, self._window.next_due() or self._status.due_at)
        try:
            async with asyncio.timeout(due - self._now()):
                await self._news.wait()
        except TimeoutError:
            pass

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
