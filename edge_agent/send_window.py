"""What to send now: batches formed from what waits, and sent again until their receipt is here.

Pure: the time (monotonic seconds), the batch id and the randomness are parameters. The publisher does what it
says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from edge_agent.outbox import WaitingReading
from edge_agent.wire.messages import (
    MAX_BACKLOG_BATCHES,
    MAX_LIVE_BATCHES,
    MAX_READINGS,
    BatchHeader,
    Receipt,
)
from edge_agent.wire.topics import Channel

MAX_BATCH_BYTES = 64 * 1024
"""Of readings in one message: far below any broker's limit, and a message that a slow line still carries."""
OVERHEAD_BYTES = 512
"""Of a message beside its readings: topic, properties, brackets."""
MAX_BATCHES = {Channel.READINGS: MAX_LIVE_BATCHES, Channel.BACKLOG: MAX_BACKLOG_BATCHES}
FIRST_PATIENCE_S = 60.0
"""How long a batch waits for its receipt before it is sent again, unless a hub is told otherwise."""
LONGEST_PATIENCE_S = 900.0
NO_SUBSCRIBER_PATIENCE_S = 5.0
"""First wait after the broker said that nobody listens: the gateway is away, not slow."""


@dataclass(frozen=True)
class PositionRun:
    """Positions without a hole that make one message."""

    epoch: int
    first_position: int
    count: int


@dataclass(frozen=True)
class InFlightBatch:
    """A batch without its receipt. Sent again it is the same: id, channel, positions."""

    header: BatchHeader
    channel: Channel
    due_at: float  # when it is sent, for the first time or again
    times: int = 0  # how often it was sent
    soonest_again: float = 0.0  # when it may be sent again, should somebody ask for it
    accepted: bool = False  # by the broker, for whatever its word is worth
    dropped: int = 0  # how often the broker threw it away


class SendWindow:
    """The batches of one process life that have no receipt yet."""

    def __init__(self, first_patience_s: float = FIRST_PATIENCE_S) -> None:
        self._batches: dict[UUID, InFlightBatch] = {}
        self._first_patience_s = first_patience_s
        self._batch_bytes = MAX_BATCH_BYTES

    @property
    def positions(self) -> int:
        """How many readings are under way."""
        return sum(batch.header.count for batch in self._batches.values())

    def room(self, channel: Channel) -> int:
        """How many more batches may go to `channel`."""
        return MAX_BATCHES[channel] - sum(batch.channel is channel for batch in self._batches.values())

    def runs(self, waiting: Iterable[WaitingReading], most: int) -> list[PositionRun]:
        """The next `most` batches from what waits (in the order of its positions) and is not under way."""
        under_way = {
            (batch.header.epoch, position)
            for batch in self._batches.values()
            for position in range(batch.header.first_position, batch.header.last_position + 1)
        }
        free = [row for row in waiting if (row.epoch, row.position) not in under_way]
        return _runs(free, self._batch_bytes)[:most]

    def add(self, batch_id: UUID, run: PositionRun, channel: Channel, now: float) -> None:
        """Take `run` under way; it is due now."""
        header = BatchHeader(
            batch_id=batch_id, epoch=run.epoch, first_position=run.first_position, count=run.count
        )
        self._batches[batch_id] = InFlightBatch(header, channel, due_at=now)

    def due(self, now: float) -> list[InFlightBatch]:
        """What is to be sent now, in the order in which it was formed."""
        return [batch for batch in self._batches.values() if batch.due_at <= now]

    def next_due(self) -> float | None:
        return min((batch.due_at for batch in self._batches.values()), default=None)

    def sent(self, batch_id: UUID, now: float, spread: float) -> None:
        """It went out; wait for its receipt, each time longer. `spread` (0 to 1) keeps hubs out of step."""
        batch = self._batches[batch_id]
        patience = _patience(self._first_patience_s, batch.times, spread)
        self._batches[batch_id] = replace(
            batch,
            times=batch.times + 1,
            accepted=False,
            due_at=now + patience,
            soonest_again=now + self._first_patience_s,
        )

    def accepted(self, batch_id: UUID) -> None:
        """The broker has it."""
        if batch := self._batches.get(batch_id):
            self._batches[batch_id] = replace(batch, accepted=True)

    def dropped(self, batch_id: UUID, now: float, spread: float) -> None:
        """The broker has thrown it away, because nobody subscribes."""
        if batch := self._batches.get(batch_id):
            due_at = min(batch.due_at, now + _patience(NO_SUBSCRIBER_PATIENCE_S, batch.dropped, spread))
            self._batches[batch_id] = replace(batch, due_at=due_at, dropped=batch.dropped + 1)

    def hurry(self, epoch: int, first: int, last: int) -> None:
        """The gateway misses these positions: what holds one of them is sent again without grown patience.

        What was sent just now is not: a gateway that is merely slow would get all of it twice.
        """
        for batch_id, batch in self._batches.items():
            header = batch.header
            if header.epoch == epoch and header.first_position <= last and first <= header.last_position:
                due_at = min(batch.due_at, batch.soonest_again)
                self._batches[batch_id] = replace(batch, due_at=due_at)

    def reconnected(self, now: float, *, session_present: bool, max_packet_bytes: int | None = None) -> None:
        """Send again what the broker never took; if it forgot the session, and our receipts, everything.

        For a broker that takes less than the last one, batches are formed anew.
        """
        batch_bytes = min(MAX_BATCH_BYTES, (max_packet_bytes or 2 * MAX_BATCH_BYTES) - OVERHEAD_BYTES)
        if batch_bytes < self._batch_bytes:
            self._batches.clear()
        self._batch_bytes = batch_bytes
        for batch_id, batch in self._batches.items():
            if not (session_present and batch.accepted):
                self._batches[batch_id] = replace(batch, due_at=now)

    def ours(self, receipt: Receipt) -> Receipt | None:
        """What of `receipt` is about its batch. None if there is no such batch.

        A receipt for a batch that this process did not send, perhaps a clone's, says nothing of our readings.
        """
        batch = self._batches.get(receipt.batch_id)
        if batch is None or batch.header.epoch != receipt.epoch:
            return None
        ours = range(batch.header.first_position, batch.header.last_position + 1)
        return receipt.model_copy(
            update={
                "stored": tuple(position for position in receipt.stored if position in ours),
                "before": tuple(position for position in receipt.before if position in ours),
                "quarantined": tuple(each for each in receipt.quarantined if each.position in ours),
            }
        )

    def end(self, batch_id: UUID) -> None:
        """Its receipt is kept."""
        del self._batches[batch_id]

    def forget(self, epoch: int) -> None:
        """Its readings have got other positions."""
        self._batches = {
            batch_id: batch for batch_id, batch in self._batches.items() if batch.header.epoch != epoch
        }


def _runs(waiting: Sequence[WaitingReading], most_bytes: int) -> list[PositionRun]:
    """Neighbouring positions joined, up to what one message holds."""
    runs: list[PositionRun] = []
    size = 0
    for row in waiting:
        size += row.size + 1  # and a comma
        if (
            runs
            and row.epoch == runs[-1].epoch
            and row.position == runs[-1].first_position + runs[-1].count
            and runs[-1].count < MAX_READINGS
            and size <= most_bytes
        ):
            runs[-1] = replace(runs[-1], count=runs[-1].count + 1)
        else:
            runs.append(PositionRun(row.epoch, row.position, 1))
            size = row.size + 1
    return runs


def _patience(first: float, times: int, spread: float) -> float:
    """`first`, doubled `times` times, up to the longest; plus or minus a fifth by `spread` (0 to 1)."""
    return min(first * 2.0 ** min(times, 10), LONGEST_PATIENCE_S) * (0.8 + 0.4 * spread)
