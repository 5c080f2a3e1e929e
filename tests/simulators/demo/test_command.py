"""`hearthbeat-sim demo` says at once what is in its way, and ends with exit code 1."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from simulators.demo.folder import Folder
from simulators.demo.gateway import command
from simulators.demo.ports import LOOPBACK
from tests.servers.patience import PATIENCE_S
from tests.servers.ports import free_port


def demo(home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEARTHBEAT_")}
    ports = {f"HEARTHBEAT_{use}_PORT": str(free_port()) for use in ("WEB", "BROKER", "GATEWAY", "DATABASE")}
    return subprocess.run(
        [command("hearthbeat-sim"), "demo"],
        env={**kept, **ports, "HEARTHBEAT_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.parametrize(
    ("variable", "use", "option"),
    [
        ("HEARTHBEAT_WEB_PORT", "console", "--web-port"),
        ("HEARTHBEAT_BROKER_PORT", "broker", "--broker-port"),
        ("HEARTHBEAT_GATEWAY_PORT", "gateway at the broker", "--gateway-port"),
        ("HEARTHBEAT_DATABASE_PORT", "database", "--database-port"),
    ],
)
def test_a_port_in_use(folder: Folder, variable: str, use: str, option: str) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        number = other.getsockname()[1]
        refused = demo(folder.home, **{variable: str(number)})
    assert refused.returncode == 1
    assert refused.stderr == (
        f"Error: port {number} for the {use} is in use: choose another with {option} or {variable}\n"
    )


def test_a_folder_in_use(folder: Folder) -> None:
    with folder.lock():
        refused = demo(folder.home)
    assert refused.returncode == 1
    assert f"another demo is running on {folder.home}" in refused.stderr


def test_a_database_that_does_not_answer(folder: Folder) -> None:
    url = f"postgresql://somebody:hidden@{LOOPBACK}:{free_port()}/there"
    refused = demo(folder.home, HEARTHBEAT_DATABASE_URL=url)
    assert refused.returncode == 1
    assert "HEARTHBEAT_DATABASE_URL cannot be used" in refused.stderr
    assert "Connection refused" in refused.stderr
    assert "hidden" not in refused.stdout + refused.stderr
    assert list(folder.children.iterdir()) == []
