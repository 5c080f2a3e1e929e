"""Ports of the loopback interface for servers that a test starts."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable

from tests.servers.patience import PATIENCE_S

LOOPBACK = "127.0.0.1"
_BELOW_EPHEMERAL = range(20_000, 32_000)
"""A server that was killed finds its port again: no outgoing connection is given one of these."""


_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_given: set[int] = set()


def free_port() -> int:
    """A port nobody listens on, and which no other test is given: each worker has ports of its own.

    Drawn by chance, because of other runs on this machine.
    """
    while True:
        port = secrets.choice(_BELOW_EPHEMERAL[_WORKER::_WORKERS])
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        _given.add(port)
        return port


def wait_until_listening(port: int, is_alive: Callable[[], bool], *, seconds: float = PATIENCE_S) -> None:
    """Raises RuntimeError when the server's process ended, or `seconds` passed, before it listened."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and is_alive():
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"no server came up on port {port}")
