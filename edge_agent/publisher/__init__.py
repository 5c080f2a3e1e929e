"""The way from the outbox to the gateway."""

from edge_agent.publisher.connection import Broker, BrokerAway
from edge_agent.publisher.publisher import Publisher
from edge_agent.publisher.status import Facts
from edge_agent.publisher.trial import try_broker

__all__ = ["Broker", "BrokerAway", "Facts", "Publisher", "try_broker"]
