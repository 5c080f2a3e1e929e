"""What a hub keeps on its own disk until the gateway says that it is committed (SQLite)."""

from edge_agent.outbox.captures import Held
from edge_agent.outbox.database import OutboxError
from edge_agent.outbox.devices import KnownDevice
from edge_agent.outbox.outbox import Counts, Outbox, Waiting

__all__ = ["Counts", "Held", "KnownDevice", "Outbox", "OutboxError", "Waiting"]
