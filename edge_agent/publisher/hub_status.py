"""The retained word on how a hub stands: when it is due, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Final

from edge_agent.outbox import Outbox
from edge_agent.wire.codes import HubProblem
from edge_agent.wire.messages import MAX_DEVICES, DeviceStatus, HubStatus

EVERY_S: Final = 60.0
AFTER_CHANGE_S: Final = 2.0
"""Changes come in bursts: one word for all of them."""
WILL: Final = HubStatus(online=False).model_dump_json().encode()


@dataclass(frozen=True)
class HubHealth:
    """What the outbox does not know of how the hub stands."""

    devices: tuple[DeviceStatus, ...] = ()
    clock_synchronised: bool | None = None
    problems: tuple[HubProblem, ...] = ()


class StatusReport:
    """Times are monotonic seconds, except `at`."""

    def __init__(self, outbox: Outbox, health: Callable[[], HubHealth]) -> None:
        self._outbox = outbox
        self._health = health
        self.due_at = 0.0

    def changed(self, now: float) -> None:
        """What it says is no longer so."""
        self.due_at = min(self.due_at, now + AFTER_CHANGE_S)

    def message(self, at: datetime, now: float) -> bytes:
        """What to publish now; the next is due in a minute."""
        self.due_at = now + EVERY_S
        counts = self._outbox.counts()
        health = self._health()
        care = self._outbox.care.load()
        status = HubStatus(
            online=True,
            at=at,
            version=version("hearthbeat"),
            epoch=counts.epoch,
            assigned=counts.assigned,
            receipted=counts.receipted,
            waiting=counts.waiting + counts.unnumbered,
            clock_synchronised=health.clock_synchronised,
            problems=health.problems,
            devices=health.devices[:MAX_DEVICES],
            care=care.edition if care else "",
        )
        return status.model_dump_json(exclude_none=True).encode()
