"""The way from the outbox to the gateway."""

from edge_agent.publisher.connection import Broker
from edge_agent.publisher.publisher import Publisher
from edge_agent.publisher.status import Facts

__all__ = ["Broker", "Facts", "Publisher"]
