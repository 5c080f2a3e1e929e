"""The way from the outbox to the gateway."""

from edge_agent.publisher.connection import Broker
from edge_agent.publisher.publisher import Publisher

__all__ = ["Broker", "Publisher"]
