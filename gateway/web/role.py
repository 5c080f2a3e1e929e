"""The role `web`: the API and the console on one port."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from gateway.resources import Resources
from gateway.settings import SettingError, Settings
from gateway.web.app import create_app
from gateway.web.live import Live

GRACE_S = 5
"""How long requests may still take when the process is asked to end."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the process, not to one of its roles."""
        yield


async def web(resources: Resources) -> None:
    """Serve until `resources.stop`. Raises SettingError where the address cannot be listened on."""
    live = Live()
    app = create_app(resources, live)
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
    )
    with _listen(resources.settings) as listener:
        async with asyncio.TaskGroup() as group:
            hearing = group.create_task(live.listen(resources.settings.database_url))
            serving = group.create_task(server.serve(sockets=[listener]))
            await resources.stop.wait()
            hearing.cancel()  # ends the event streams, which would hold the server
            server.should_exit = True
            await serving


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.web_host, settings.web_port
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024
        )
    except OSError as error:
        raise SettingError(
            f"HEARTHBEAT_WEB_PORT: cannot listen on {host} port {port} ({error.strerror})"
        ) from error
