"""One file's readings through a hub's own outbox and publisher, and what the receipts say of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from edge_agent.outbox import Outbox
from edge_agent.publisher import Broker, Publisher
from edge_agent.wire.messages import Reading, Receipt


class Outcome(StrEnum):
    """What a receipt says of a reading."""

    STORED = "stored"
    BEFORE = "stored before"
    REFUSED = "refused"


@dataclass(frozen=True)
class ReadingReceipt:
    """The outcome of one reading; `reason` where it was refused."""

    reading_id: UUID
    outcome: Outcome
    reason: str = ""


async def send(
    hub: str,
    broker: Broker,
    readings: Sequence[Reading],
    folder: Path,
    on_receipts: Callable[[Sequence[ReadingReceipt]], None],
) -> None:
    """Send `readings` in their order from a fresh outbox in `folder`; returns when each has its receipt."""
    with Outbox(folder / f"{hub}.db") as outbox:
        outbox.add_all(readings)

        def settled(receipt: Receipt) -> None:
            on_receipts(reading_receipts(receipt, outbox))

        async with Publisher(hub, broker, outbox, on_receipt=settled) as publisher:
            await publisher.drained()


def reading_receipts(receipt: Receipt, outbox: Outbox) -> list[ReadingReceipt]:
    """What the receipt says, by the ids of the readings at its positions."""
    outcomes = {
        **dict.fromkeys(receipt.stored, (Outcome.STORED, "")),
        **dict.fromkeys(receipt.before, (Outcome.BEFORE, "")),
        **{each.position: (Outcome.REFUSED, each.reason) for each in receipt.quarantined},
    }
    return [
        ReadingReceipt(Reading.model_validate_json(content).reading_id, outcome, reason)
        for position, (outcome, reason) in outcomes.items()
        for content in outbox.contents(receipt.epoch, position, position)
    ]
