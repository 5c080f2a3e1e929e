"""What the API gives to a hub lets it into a real broker."""

from __future__ import annotations

import asyncio
import base64
import os
import stat
import subprocess
from dataclasses import replace
from pathlib import Path
from queue import Queue

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from gateway.database.pool import Pool
from gateway.hubs.broker_access import hash_password, publish, replace_file
from gateway.resources import Resources
from tests.gateway.web.clinic import Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import post
from tests.servers.broker import Broker
from tests.servers.patience import PATIENCE_S


async def test_a_hub_is_enrolled_once_and_its_password_renewed(
    sign_in: SignIn, resources: Resources, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    file = resources.settings.broker_passwords_file
    assert file is not None
    made = await adam.post("/api/hubs", json={"name": "home-1"})
    assert made.status_code == 201
    assert names(file) == ["gateway", "home-1"]
    assert verifies(file, "home-1", made.json()["password"])
    assert verifies(file, "gateway", "the gateway's own")
    assert (await adam.post("/api/hubs", json={"name": "home-1"})).json()["error"] == "hub-exists"
    renewed = (await adam.post("/api/hubs/home-1/password")).json()
    assert verifies(file, "home-1", renewed["password"])
    assert not verifies(file, "home-1", made.json()["password"])
    assert (await adam.post("/api/hubs/home-2/password")).json()["error"] == "unknown-hub"
    assert (await adam.post("/api/hubs", json={"name": "gateway"})).json()["error"] == "name-reserved"
    for name in ("", "Home", "a/b", "a+b", "home-1\n", "x" * 64):
        assert (await adam.post("/api/hubs", json={"name": name})).status_code == 422
    [hub] = (await adam.get("/api/hubs")).json()["items"]
    assert hub == {"name": "home-1", "online": False, "status_at": None, "status": None, "runs": []}


async def test_with_a_listener_of_its_own_the_gateway_stands_in_a_file_of_its_own(
    resources: Resources, clinic: Clinic, pool: Pool, tmp_path: Path
) -> None:
    own = tmp_path / "gateway-passwords"
    settings = replace(resources.settings, gateway_passwords_file=own)
    await clinic.add_hub("home-1")
    await clinic.conn.commit()
    async with pool.connection() as conn:
        await publish(conn, settings)
    assert settings.broker_passwords_file is not None
    assert names(settings.broker_passwords_file) == ["home-1"]
    assert names(own) == ["gateway"]
    assert verifies(own, "gateway", "the gateway's own")


async def test_a_file_that_cannot_be_written_enrols_nobody(
    sign_in: SignIn, resources: Resources, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    file = resources.settings.broker_passwords_file
    assert file is not None
    file.mkdir()
    (file / "in the way").touch()
    refused = await post(adam, "/api/hubs", {"name": "home-1"}, 503)
    assert refused["error"] == "passwords-not-written"
    assert "HEARTHBEAT_BROKER_PASSWORDS_FILE" in refused["detail"]
    assert (await adam.get("/api/hubs")).json()["items"] == []


async def test_held_positions_are_shown_as_ranges(sign_in: SignIn, clinic: Clinic) -> None:
    await clinic.add_hub()
    await clinic.conn.execute(
        "INSERT INTO hub_run (hub_id, epoch, held) SELECT hub_id, 9, '{[1,4],[7,7]}' FROM hub"
    )
    await clinic.conn.commit()
    [hub] = (await (await sign_in("ann")).get("/api/hubs")).json()["items"]
    assert hub["runs"] == [{"epoch": 9, "held": [[1, 4], [7, 7]]}]


async def test_the_file_keeps_its_group_and_is_replaced_whole(
    resources: Resources, clinic: Clinic, pool: Pool
) -> None:
    file = resources.settings.broker_passwords_file
    assert file is not None
    file.touch()
    group = 1234 if os.geteuid() == 0 else os.getegid()
    os.chown(file, -1, group)
    before = file.stat().st_ino
    async with pool.connection() as conn:
        await publish(conn, resources.settings)
    after = file.stat()
    assert (stat.S_IMODE(after.st_mode), after.st_gid) == (0o640, group)
    assert after.st_ino != before
    assert [each.name for each in file.parent.iterdir() if each.name.startswith(".")] == []


async def test_the_broker_lets_in_whom_the_file_names(tmp_path: Path) -> None:
    broker = Broker(tmp_path / "broker", {})
    replace_file(tmp_path / "broker/passwords", [("home-1", hash_password("right"))])
    with broker:
        assert await asyncio.to_thread(connect, broker, "right") == "Success"
        assert await asyncio.to_thread(connect, broker, "wrong") == "Not authorized"


def test_a_password_of_mosquitto_passwd_verifies(tmp_path: Path) -> None:
    file = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", file, "home-1", "secret"], check=True)
    assert verifies(file, "home-1", "secret")
    assert not verifies(file, "home-1", "Secret")


def connect(broker: Broker, password: str) -> str:
    """The broker's answer."""
    answers: Queue[str] = Queue()
    client = Client(CallbackAPIVersion.VERSION2, client_id="home-1", protocol=MQTTProtocolVersion.MQTTv5)
    client.username_pw_set("home-1", password)
    client.on_connect = lambda _client, _data, _flags, reason, _properties: answers.put(str(reason))
    client.connect(broker.host, broker.port)
    client.loop_start()
    try:
        return answers.get(timeout=PATIENCE_S)
    finally:
        client.disconnect()
        client.loop_stop()


def names(file: Path) -> list[str]:
    return [line.split(":")[0] for line in file.read_text().splitlines()]


def verifies(file: Path, name: str, password: str) -> bool:
    """Hashed again with the salt that the file holds."""
    [line] = [line for line in file.read_text().splitlines() if line.startswith(f"{name}:")]
    stored = line.split(":", 1)[1]
    return hash_password(password, base64.b64decode(stored.split("$")[3])) == stored
