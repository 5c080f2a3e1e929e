"""What lies in quarantine, delivered once more: its kept bytes take the way of every delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from edge_agent.wire import topics
from edge_agent.wire.messages import Receipt
from gateway.database.pool import Pool
from gateway.errors import Conflict
from gateway.hubs.registry import Registry
from gateway.ingest import quarantine
from gateway.ingest.batch import UNENROLLED, store_batch
from gateway.ingest.message import Message, Rejection, read_message
from gateway.ingest.message_state import QuarantineState
from gateway.ingest.quarantine import QuarantinedPayload, settled
from gateway.staff.sessions import Staff


class NoHeader(Conflict):
    """Nothing says which positions the message holds."""


@dataclass(frozen=True)
class Retried:
    """What came of it: how many readings were stored, and why the others are in quarantine still."""

    state: QuarantineState
    stored: int
    before: int
    refused: tuple[str, ...]


async def retry(pool: Pool, by: Staff, quarantine_id: int, now: datetime) -> Retried:
    """Store what can be stored of a message in quarantine; readings that cannot be used lie there singly.

    A crash between storing and saying so leaves the message open: the next retry finds its readings stored.
    Raises UnknownMessage, MessageSettled, NoHeader, and what DATABASE_AWAY names.
    """
    async with pool.connection() as conn:
        stored = await quarantine.get(conn, by, quarantine_id)
    if stored.message.state is not QuarantineState.OPEN:
        raise settled(stored.message)
    message = _open(stored)
    receipts = await store_batch(pool, Registry(), [message], now)
    retried = _outcome(message, [receipt for _, receipt in receipts])
    async with pool.connection() as conn:
        if retried.state is QuarantineState.RETRIED:
            why = f"{retried.stored} stored, {retried.before} stored before, {len(retried.refused)} refused"
            await quarantine.settle(conn, by, stored.message, why, now)
        else:
            await quarantine.refuse(conn, by, stored.message, retried.refused[0], now)
    return retried


def _open(kept: QuarantinedPayload) -> Message:
    """As it was opened when it came, by that moment's clock. One reading comes as a message of one."""
    message = kept.message
    if kept.batch_id is None or kept.epoch is None or not message.first_position or not message.last_position:
        raise NoHeader(
            "Nothing says which positions the message holds; its hub sends again what it has no receipt for."
        )
    properties = {
        topics.EPOCH_PROPERTY: str(kept.epoch),
        topics.FIRST_POSITION_PROPERTY: str(message.first_position),
        topics.COUNT_PROPERTY: str(message.last_position - message.first_position + 1),
    }
    payload = kept.payload if kept.whole else b'{"readings":[' + kept.payload + b"]}"
    opened = read_message(message.topic, payload, kept.batch_id.bytes, properties, message.received_at)
    if not isinstance(opened, Message):
        raise NoHeader(opened.refused.reason)
    return opened


def _outcome(message: Message, receipts: list[Receipt]) -> Retried:
    if not receipts:
        return Retried(QuarantineState.OPEN, 0, 0, (UNENROLLED,))
    [receipt] = receipts
    refused = tuple(each.reason for each in receipt.quarantined)
    is_same = isinstance(message.content, Rejection) or (refused and message.header.count == 1)
    state = QuarantineState.OPEN if is_same else QuarantineState.RETRIED
    return Retried(state, len(receipt.stored), len(receipt.before), refused)
