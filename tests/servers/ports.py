"""Ports of the loopback interface for servers that a test starts."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from itertools import cycle

from tests.servers.patience import PATIENCE_S

LOOPBACK = "127.0.0.1"
_BELOW_EPHEMERAL = range(20_000, 32_000)
"""A server that was killed finds its port again: no outgoing connection is given one of these."""
_MOST_WORKERS = 16


def _of_this_worker() -> Iterator[int]:
    """Each once before any comes again. Other workers of a run have others, other runs begin elsewhere."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = _BELOW_EPHEMERAL[worker % _MOST_WORKERS :: _MOST_WORKERS]
    begin = secrets.randbelow(len(ports))
    return cycle((*ports[begin:], *ports[:begin]))


_PORTS = _of_this_worker()


def free_port() -> int:
    """A port nobody listens on, and that no other test here will be given soon."""
    return next(port for port in _PORTS if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def wait_until_listening(port: int, is_alive: Callable[[], bool], *, seconds: float = PATIENCE_S) -> None:
    """Raises RuntimeError when the server's process ended, or `seconds` passed, before it listened."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and is_alive():
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"no server came up on port {port}")
