"""One LISTEN connection a process tells every open page that the task list has changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.database.listener import ChannelMessage, listening
from gateway.database.pool import DATABASE_AWAY
from gateway.errors import Unavailable
from gateway.notifications.open_pages import TASKS_CHANNEL
from gateway.staff.sessions import SESSIONS_CHANNEL

logger = logging.getLogger(__name__)
RECONNECT_S = 1.0
BEAT_S = 15.0
"""A page that misses two beats says that its connection is lost."""
TOGETHER_S = 0.3
"""Changes this close together make one event."""


IsSignedIn: TypeAlias = Callable[[], Awaitable[bool]]


class NotLive(Unavailable):
    """The gateway hears no changes at the moment."""


@dataclass(eq=False)
class _Stream:
    """One open page. `is_doubtful`: a session of this member of staff has ended, perhaps the page's."""

    staff_id: int
    is_doubtful: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """Hears changes from the database and passes them on, without saying what changed: pages fetch that."""

    def __init__(self) -> None:
        self._is_receiving = False
        self._streams: set[_Stream] = set()

    async def listen(self, url: str) -> None:
        """Hear changes until cancelled; streams end whenever the database is away."""
        try:
            while True:
                try:
                    async with listening(url, TASKS_CHANNEL, SESSIONS_CHANNEL) as received:
                        self._is_receiving = True
                        async for news in received:
                            self._wake(news)
                except DATABASE_AWAY:
                    logger.warning("live_updates_interrupted")
                self._end_streams()
                await asyncio.sleep(RECONNECT_S)
        finally:
            self._end_streams()

    def open_stream(self, staff_id: int, is_signed_in: IsSignedIn) -> AsyncIterator[str]:
        """Server-sent events: `tasks` at once and after each change, `beat` in between.

        They end with the session. Raises NotLive.
        """
        if not self._is_receiving:
            raise NotLive("The gateway hears no changes at the moment.")
        return self._events(_Stream(staff_id), is_signed_in)

    async def _events(self, stream: _Stream, is_signed_in: IsSignedIn) -> AsyncIterator[str]:
        self._streams.add(stream)
        try:
            event = "tasks"  # whoever connects again has missed something
            while await self._goes_on(stream, event, is_signed_in):
                yield f"event: {event}\ndata: {event}\n\n"
                event = await _next_event(stream)
        finally:
            self._streams.discard(stream)

    async def _goes_on(self, stream: _Stream, event: str, is_signed_in: IsSignedIn) -> bool:
        is_time_to_look = stream.is_doubtful or event == "beat"  # a session also ends by the clock
        stream.is_doubtful = False
        return self._is_receiving and (not is_time_to_look or await is_signed_in())

    def _wake(self, news: ChannelMessage) -> None:
        for stream in self._streams:
            if news.channel == SESSIONS_CHANNEL:
                if news.payload != str(stream.staff_id):
                    continue
                stream.is_doubtful = True
            stream.woken.set()

    def _end_streams(self) -> None:
        self._is_receiving = False
        for stream in self._streams:
            stream.woken.set()


async def _next_event(stream: _Stream) -> str:
    try:
        await asyncio.wait_for(stream.woken.wait(), BEAT_S)
    except TimeoutError:
        return "beat"
    if not stream.is_doubtful:
        await asyncio.sleep(TOGETHER_S)
    stream.woken.clear()
    return "tasks"
