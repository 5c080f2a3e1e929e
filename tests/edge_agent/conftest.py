"""A hub on a real broker, and a gateway double that answers as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.outbox import Outbox
from edge_agent.publisher import Broker
from tests.edge_agent.gateway_double import GatewayDouble
from tests.servers.broker import GATEWAY
from tests.servers.broker import Broker as BrokerProcess

HUB = "hub-1"


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.db") as opened:
        yield opened


@pytest.fixture
def at_broker(broker: BrokerProcess) -> Broker:
    """Where the hub finds its broker, which knows it."""
    broker.add_user(HUB, "hub-password")
    return Broker(broker.host, broker.port, "hub-password")


@pytest.fixture
def gateway(broker: BrokerProcess) -> Iterator[GatewayDouble]:
    with GatewayDouble(broker.host, broker.gateway_port, GATEWAY, broker.passwords[GATEWAY]) as double:
        yield double
