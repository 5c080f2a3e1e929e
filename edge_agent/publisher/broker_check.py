"""Whether the broker lets a hub in, for whoever sets it up."""

from __future__ import annotations

import asyncio

from edge_agent.publisher.connection import Broker, Connection
from edge_agent.publisher.hub_status import WILL
from edge_agent.wire import topics


async def check_broker(hub: str, broker: Broker) -> None:
    """Connect and leave. Raises BrokerAway. It would end the connection of a hub that runs."""
    will = (topics.topic(hub, topics.Channel.STATUS), WILL)
    async with Connection(hub, broker, will, asyncio.Event()):
        pass
