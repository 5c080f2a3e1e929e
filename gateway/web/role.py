"""The role `web`: the API and the console on one port."""

from __future__ import annotations

import asyncio

from gateway.resources import Resources
from gateway.web.app import create_app
from gateway.web.live import Live
from gateway.web.server import listen, serve


async def web(resources: Resources) -> None:
    """Serve until `resources.stop`. Raises SettingError where the address cannot be listened on."""
    settings, live = resources.settings, Live()
    with listen("HEARTHBEAT_WEB_PORT", settings.web_host, settings.web_port) as listener:
        async with asyncio.TaskGroup() as group:
            receiver = group.create_task(live.listen(settings.database_url))
            # Event streams would hold the server: they end when nothing is heard any more.
            await serve(create_app(resources, live), listener, resources.stop, ending=receiver.cancel)
