"""The demo's broker keeps a hub to its own topics, and hears of new hubs."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from simulators.demo import broker as broker_module
from simulators.demo.broker import Broker, find_mosquitto, open_broker
from simulators.demo.errors import DemoError
from simulators.demo.folder import Folder
from simulators.demo.supervisor import Supervisor
from tests.servers.patience import eventually, patience
from tests.servers.ports import free_port

T = TypeVar("T")


def let_in(passwords: Path, *users: str) -> None:
    """Write the broker's password file as the gateway does: whole. Everybody's password is `word of USER`."""
    draft = passwords.with_name("draft")
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{user}:word of {user}\n" for user in users))
    subprocess.run(["mosquitto_passwd", "-U", draft], check=True, capture_output=True)
    draft.replace(passwords)


@pytest.fixture
async def broker(folder: Folder, supervisor: Supervisor) -> Broker:
    let_in(folder.broker_passwords, "home-1", "home-2")
    let_in(folder.gateway_passwords, "gateway")
    broker = open_broker(folder, free_port(), free_port(), {"PATH": os.environ["PATH"]})
    broker.set_up()
    (mosquitto,) = await supervisor.start(broker.server())
    supervisor.attend(broker.follow_passwords(lambda: mosquitto.signal(signal.SIGHUP)))
    return broker


async def within_patience(answer: Awaitable[T]) -> T:
    async with patience("an answer of the broker"):
        return await answer


class Connection:
    """One signed-in MQTT 5 client."""

    def __init__(self, client: Client) -> None:
        loop = asyncio.get_running_loop()
        self._client = client
        self.connected: asyncio.Future[ReasonCode] = loop.create_future()
        self._answers: asyncio.Queue[ReasonCode] = asyncio.Queue()
        self._messages: asyncio.Queue[MQTTMessage] = asyncio.Queue()

        def on_connect(
            _client: Client, _data: object, _flags: object, code: ReasonCode, _properties: object
        ) -> None:
            loop.call_soon_threadsafe(self.connected.set_result, code)

        def on_publish(
            _client: Client, _data: object, _id: int, code: ReasonCode, _properties: object
        ) -> None:
            loop.call_soon_threadsafe(self._answers.put_nowait, code)

        def on_subscribe(
            _client: Client, _data: object, _id: int, codes: list[ReasonCode], _properties: object
        ) -> None:
            loop.call_soon_threadsafe(self._answers.put_nowait, codes[0])

        def on_message(_client: Client, _data: object, message: MQTTMessage) -> None:
            loop.call_soon_threadsafe(self._messages.put_nowait, message)

        client.on_connect = on_connect
        client.on_publish = on_publish
        client.on_subscribe = on_subscribe
        client.on_message = on_message

    async def publish(self, topic: str, payload: str) -> str:
        self._client.publish(topic, payload, qos=1)
        return str(await within_patience(self._answers.get()))

    async def subscribe(self, topic: str) -> str:
        self._client.subscribe(topic, qos=1)
        return str(await within_patience(self._answers.get()))

    async def receive(self) -> str:
        return (await within_patience(self._messages.get())).payload.decode()


@asynccontextmanager
async def connect(broker: Broker, user: str, password: str | None = None) -> AsyncIterator[Connection]:
    client = Client(CallbackAPIVersion.VERSION2, client_id=user, protocol=MQTTProtocolVersion.MQTTv5)
    client.username_pw_set(user, password or f"word of {user}")
    connection = Connection(client)
    client.connect("127.0.0.1", broker.gateway_port if user == "gateway" else broker.port)
    client.loop_start()
    try:
        yield connection
    finally:
        client.disconnect()
        client.loop_stop()


async def test_what_a_hub_sends_reaches_the_gateway_and_back(broker: Broker) -> None:
    async with connect(broker, "gateway") as gateway, connect(broker, "home-1") as hub:
        await gateway.subscribe("$share/ingest/hearthbeat/1/+/readings")
        await hub.subscribe("hearthbeat/1/home-1/receipts")
        assert await hub.publish("hearthbeat/1/home-1/readings", "a batch") == "Success"
        assert await gateway.receive() == "a batch"
        await gateway.publish("hearthbeat/1/home-1/receipts", "a receipt")
        assert await hub.receive() == "a receipt"


@pytest.mark.parametrize(
    "topic",
    [
        "hearthbeat/1/home-2/readings",
        "hearthbeat/1/home-2/status",
        "hearthbeat/1/home-2/receipts",
        "hearthbeat/1/home-1/receipts",  # only the gateway writes receipts
        "hearthbeat/1/home-1/anything",
        "elsewhere",
    ],
)
async def test_a_foreign_topic_is_refused(broker: Broker, topic: str) -> None:
    async with connect(broker, "gateway") as gateway, connect(broker, "home-1") as hub:
        await gateway.subscribe("hearthbeat/1/#")
        assert await hub.publish(topic, "forged") == "Not authorized"
        await hub.publish("hearthbeat/1/home-1/readings", "its own")
        assert await gateway.receive() == "its own"


@pytest.mark.parametrize("topic", ["hearthbeat/1/home-1/receipts", "hearthbeat/1/+/readings", "#"])
async def test_a_foreign_subscription_yields_nothing(broker: Broker, topic: str) -> None:
    async with (
        connect(broker, "gateway") as gateway,
        connect(broker, "home-1") as hub,
        connect(broker, "home-2") as curious,
    ):
        await curious.subscribe(topic)
        await gateway.publish("hearthbeat/1/home-1/receipts", "private")
        await hub.publish("hearthbeat/1/home-1/readings", "private")
        await curious.subscribe("hearthbeat/1/home-2/receipts")
        await gateway.publish("hearthbeat/1/home-2/receipts", "its own")
        assert await curious.receive() == "its own"


async def test_a_wrong_password_is_refused(broker: Broker) -> None:
    async with connect(broker, "home-1", "guessed") as hub:
        assert str(await within_patience(hub.connected)) == "Not authorized"


async def test_a_hub_is_let_in_as_soon_as_the_gateway_has_written_it_down(broker: Broker) -> None:
    let_in(broker.passwords["passwords"], "home-1", "home-2", "home-3")

    async def is_let_in() -> bool:
        async with connect(broker, "home-3") as hub:
            return str(await hub.connected) == "Success"

    await eventually(is_let_in)


def test_it_may_open_as_many_files_as_the_system_allows(broker: Broker) -> None:
    [mosquitto] = [each for each in psutil.Process().children() if each.name() == "mosquitto"]
    limits = Path(f"/proc/{mosquitto.pid}/limits").read_text()
    allowed, at_most = limits.partition("Max open files")[2].split()[:2]
    assert allowed == at_most


def test_a_broker_that_is_not_installed(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker_module, "SYSTEM_FOLDERS", ())
    with pytest.raises(DemoError, match="apt install mosquitto"):
        find_mosquitto(str(folder.home))


async def test_the_brokers_files_are_closed_to_others(broker: Broker) -> None:
    assert {path.stat().st_mode & 0o077 for path in broker.folder.iterdir()} == {0}
    owner = broker.account.uid if broker.account else os.geteuid()
    assert {path.stat().st_uid for path in broker.folder.iterdir()} == {owner}
