"""Ports of the loopback interface for servers that a test starts."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable

LOOPBACK = "127.0.0.1"
_BELOW_EPHEMERAL = range(20_000, 32_000)
"""A server that was killed finds its port again: no outgoing connection is given one of these."""


def free_port() -> int:
    """A port nobody listens on. Other workers draw from the same range, so it is drawn by chance."""
    while True:
        port = secrets.choice(_BELOW_EPHEMERAL)
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port


def wait_until_listening(port: int, is_alive: Callable[[], bool], *, seconds: float = 15) -> None:
    """Raises RuntimeError when the server's process ended, or `seconds` passed, before it listened."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and is_alive():
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"no server came up on port {port}")
