"""What somebody with one hub's password, or none, may try at the broker: others' readings get through."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from edge_agent.wire import topics
from edge_agent.wire.messages import Batch
from edge_agent.wire.topics import Channel
from simulators.demo.broker import MANY_FILES
from tests.gateway.ward import glucose
from tests.servers.broker import GATEWAY, Broker
from tests.servers.gateway import Gateway
from tests.servers.patience import eventually
from tests.system.pipeline import enrol, open_gateway
from tests.system.strange_hub import StrangeHub, strange_hub

MESSAGES = 20
HALF_A_CONNECT = b"\x10\x20\x00\x04MQTT\x05"


@dataclass(frozen=True)
class Street:
    """The gateway's ways in, an honest hub, and the password of a hub in bad hands."""

    broker: Broker
    gateway: Gateway
    home: StrangeHub
    evil: str

    async def readings_get_through(self) -> None:
        """Each message is receipted: none is ever sent again."""
        before = len(self.home.receipts)
        for number in range(before + 1, before + 1 + MESSAGES):
            batch = Batch(readings=(glucose(100.0 + number),))
            self.home.publish(batch.model_dump_json(exclude_defaults=True).encode(), first=number)

        async def are_receipted() -> bool:
            return len(self.home.receipts) == before + MESSAGES

        await eventually(are_receipted)


@asynccontextmanager
async def open_street(folder: Path, database_url: str, broker: Broker) -> AsyncIterator[Street]:
    async with open_gateway(folder / "gateway", database_url, broker, roles=("web", "ingest")) as gateway:
        home, evil = await enrol("home-1", gateway, broker), await enrol("hub-evil", gateway, broker)
        async with strange_hub("home-1", home, broker) as hub:
            yield Street(broker, gateway, hub, evil)


@pytest.fixture
async def street(tmp_path: Path, database_url: str, broker: Broker) -> AsyncIterator[Street]:
    async with open_street(tmp_path, database_url, broker) as street:
        yield street


@contextmanager
def signed_in(broker: Broker, user: str, password: str, *, client_id: str, port: int = 0) -> Iterator[Client]:
    """A client that the broker has answered. Raises PermissionError if it was refused."""
    answers: Queue[str] = Queue()
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=MQTTProtocolVersion.MQTTv5,
        reconnect_on_failure=False,
    )
    client.username_pw_set(user, password)
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.put(str(reason))
    client.on_subscribe = lambda _client, _data, _mid, reasons, _properties: answers.put(str(reasons[0]))
    client.connect(broker.host, port or broker.port, clean_start=False)
    client.loop_start()
    try:
        if (answer := answers.get(timeout=10)) != "Success":
            raise PermissionError(answer)
        client.user_data_set(answers)
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def join(client: Client, group: str) -> None:
    """Returns when the broker has said yes, as it does to everybody."""
    for channel in (Channel.READINGS, Channel.BACKLOG):
        client.subscribe(topics.shared(group, channel), qos=1)
        assert client.user_data_get().get(timeout=10) == "Granted QoS 1"


async def test_a_hub_that_guesses_the_gateways_group_takes_no_readings_of_others(street: Street) -> None:
    with ExitStack() as members:
        for number in range(20):
            client = signed_in(street.broker, "hub-evil", street.evil, client_id=f"evil-{number}")
            join(members.enter_context(client), "ingest")
        await street.readings_get_through()


async def test_a_hub_that_calls_itself_as_another_throws_nobody_off(street: Street) -> None:
    await street.readings_get_through()
    for _ in range(5):
        with signed_in(street.broker, "hub-evil", street.evil, client_id="home-1"):
            await street.readings_get_through()
    assert street.home.connections == 1


async def test_each_signs_in_where_it_belongs(street: Street) -> None:
    broker = street.broker
    own = (street.gateway.folder / "broker-password").read_text().strip()
    with signed_in(broker, GATEWAY, own, client_id="any", port=broker.gateway_port):
        """The gateway's password is right."""
    with pytest.raises(PermissionError), signed_in(broker, GATEWAY, own, client_id="home-1"):
        """On the hubs' listener it could only do harm."""
    with (
        pytest.raises(PermissionError),
        signed_in(
            broker, "hub-evil", street.evil, client_id="hearthbeat-readings-1", port=broker.gateway_port
        ),
    ):
        """There client ids are free, and it would take the gateway's over."""


async def test_strangers_who_connect_and_say_nothing_keep_nobody_out(
    tmp_path: Path, database_url: str
) -> None:
    few_files = ("prlimit", "--nofile=256:4096", "/bin/sh", "-c", MANY_FILES)
    with (
        Broker(tmp_path / "broker", {GATEWAY: "gateway-password"}, within=few_files) as broker,
        silent(broker, 400),
    ):
        async with open_street(tmp_path, database_url, broker) as street:
            await street.readings_get_through()


@contextmanager
def silent(broker: Broker, number: int) -> Iterator[None]:
    """So many strangers, every other one in the middle of a CONNECT."""
    with ExitStack() as opened:
        for each in range(number):
            stranger = opened.enter_context(socket.create_connection((broker.host, broker.port)))
            stranger.sendall(HALF_A_CONNECT if each % 2 else b"")
        yield
