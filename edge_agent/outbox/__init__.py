"""What a hub keeps on its own disk until the gateway says that it is committed (SQLite)."""

from edge_agent.outbox.captures import HeldCapture
from edge_agent.outbox.database import OutboxDamaged, OutboxError, OutboxFull, set_aside, those_set_aside
from edge_agent.outbox.devices import KnownDevice
from edge_agent.outbox.outbox import Outbox
from edge_agent.outbox.outbox_counts import LatestReading, OutboxCounts, WaitingReading

__all__ = [
    "HeldCapture",
    "KnownDevice",
    "LatestReading",
    "Outbox",
    "OutboxCounts",
    "OutboxDamaged",
    "OutboxError",
    "OutboxFull",
    "WaitingReading",
    "set_aside",
    "those_set_aside",
]
