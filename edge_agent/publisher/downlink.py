"""What the gateway tells a hub: receipts, and what to send again or number anew."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError

from edge_agent.outbox import Outbox, OutboxFull
from edge_agent.send_window import SendWindow
from edge_agent.wire import topics
from edge_agent.wire.messages import (
    AnyCommand,
    CareCommand,
    Command,
    NewEpochCommand,
    Receipt,
    ReplayCommand,
)
from edge_agent.wire.topics import Channel

logger = logging.getLogger(__name__)

COMMAND: Final[TypeAdapter[Command]] = TypeAdapter(AnyCommand)


class Downlink:
    """Carries it out on the outbox, and in the window of what is under way."""

    def __init__(
        self,
        hub: str,
        outbox: Outbox,
        window: SendWindow,
        *,
        clock: Callable[[], datetime],
        changed: Callable[[], None],
        on_receipt: Callable[[Receipt], None],
    ) -> None:
        """`changed` is called after every change of the outbox, `on_receipt` after a receipt is in it."""
        self._hub = hub
        self._outbox = outbox
        self._window = window
        self._clock = clock
        self._changed = changed
        self._on_receipt = on_receipt

    def receive(self, topic: str, payload: bytes) -> None:
        """Do what the message says. What cannot be read, or kept for want of room, changes nothing."""
        try:
            _, channel = topics.parse(topic)
            if channel is Channel.RECEIPTS:
                self._settle(Receipt.model_validate_json(payload))
            elif channel is Channel.COMMANDS:
                self._obey(COMMAND.validate_json(payload))
        except ValidationError as error:
            logger.warning(
                "message_unreadable hub=%s topic=%s errors=%d",
                self._hub,
                topic,
                error.error_count(),
            )
        except OutboxFull:  # what was told will be told again
            logger.warning("message_not_kept hub=%s topic=%s reason=disk_full", self._hub, topic)

    def _settle(self, receipt: Receipt) -> None:
        ours = self._window.ours(receipt)
        if ours is None:
            logger.info("receipt_unknown hub=%s batch=%s", self._hub, receipt.batch_id)
            self._see_other_hub(receipt)
            return
        self._outbox.settle(ours, self._clock())
        self._window.end(ours.batch_id)
        logger.info(
            "receipt hub=%s batch=%s stored=%d before=%d quarantined=%d",
            self._hub,
            ours.batch_id,
            len(ours.stored),
            len(ours.before),
            len(ours.quarantined),
        )
        self._changed()
        self._on_receipt(ours)

    def _see_other_hub(self, receipt: Receipt) -> None:
        """A receipt for what this outbox never numbered: another one has its name, or it is an old copy."""
        counts = self._outbox.counts()
        if receipt.epoch == counts.epoch and max(receipt.positions, default=0) > counts.assigned:
            self._leave_epoch(receipt.epoch)

    def _obey(self, command: Command) -> None:
        match command:
            case ReplayCommand(epoch=epoch, first_position=first, last_position=last):
                count = self._outbox.replay(epoch, first, last)
                self._window.hurry(epoch, first, last)
                logger.warning(
                    "replay hub=%s epoch=%d first=%d last=%d found=%d", self._hub, epoch, first, last, count
                )
                if count:  # else nothing has changed, and saying so would be asked about again
                    self._changed()
            case NewEpochCommand(epoch=epoch):
                self._leave_epoch(epoch)
            case CareCommand():
                self._outbox.care.store(command)
                logger.info("care_told hub=%s edition=%s", self._hub, command.edition)
                self._changed()

    def _leave_epoch(self, epoch: int) -> None:
        if self._outbox.leave_epoch(epoch):
            self._window.forget(epoch)
            self._changed()
            logger.warning("epoch_left hub=%s epoch=%d", self._hub, epoch)
