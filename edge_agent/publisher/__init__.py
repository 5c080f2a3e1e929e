"""The way from the outbox to the gateway."""

from edge_agent.publisher.broker_check import check_broker
from edge_agent.publisher.connection import Broker, BrokerAway
from edge_agent.publisher.hub_status import HubHealth
from edge_agent.publisher.publisher import Publisher

__all__ = ["Broker", "BrokerAway", "HubHealth", "Publisher", "check_broker"]
