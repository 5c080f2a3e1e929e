"""The broker of the tests lets in whom it knows, and comes back after it was killed."""

from __future__ import annotations

import queue

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.servers.broker import Broker
from tests.servers.patience import PATIENCE_S


def answer(broker: Broker, user: str, password: str) -> str:
    """What the broker answers to somebody who signs in."""
    answers: queue.Queue[str] = queue.Queue()
    client = Client(CallbackAPIVersion.VERSION2, client_id=user, protocol=MQTTProtocolVersion.MQTTv5)
    client.username_pw_set(user, password)
    client.on_connect = lambda _client, _data, _flags, code, _properties: answers.put(str(code))
    client.connect(broker.host, broker.port)
    client.loop_start()
    try:
        return answers.get(timeout=PATIENCE_S)
    finally:
        client.disconnect()
        client.loop_stop()


def test_a_new_user_is_let_in(broker: Broker) -> None:
    assert answer(broker, "home-1", "word") == "Not authorized"
    broker.add_user("home-1", "word")
    assert answer(broker, "home-1", "word") == "Success"
    assert answer(broker, "home-1", "another") == "Not authorized"


def test_a_killed_broker_comes_back(broker: Broker) -> None:
    broker.add_user("home-1", "word")
    broker.kill()
    broker.start()
    assert answer(broker, "home-1", "word") == "Success"
