"""An application on a socket, until the process stops."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from gateway.settings import SettingError

GRACE_S = 5
"""How long requests may still take when the process is asked to end."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the process, not to one of its roles."""
        yield


async def serve(
    app: FastAPI,
    listener: socket.socket,
    stop: asyncio.Event,
    ending: Callable[[], object] = lambda: None,
) -> None:
    """Serve until `stop`; `ending` is called first then, to end what would hold the server."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[listener]))
        await stop.wait()
        ending()
        server.should_exit = True
        await serving


def listen(setting: str, host: str, port: int) -> socket.socket:
    """A listening socket. Raises SettingError, naming the setting."""
    try:
        listener = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024
        )
    except OSError as error:
        raise SettingError(f"{setting}: cannot listen on {host} port {port} ({error.strerror})") from error
    # Connections inherit it; asyncio sets it only where a socket names its protocol, which this one does not.
    # Without it what follows the headers waits for the other side's delayed acknowledgement: 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
