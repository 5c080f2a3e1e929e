"""One LISTEN connection a process tells every open page that the task list has changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from gateway.store.listening import listening
from gateway.store.pool import DATABASE_AWAY
from gateway.store.tasks import TASKS_CHANNEL

logger = logging.getLogger(__name__)
RECONNECT_S = 1.0
BEAT_S = 15.0
"""A page that misses two beats says that its connection is lost."""
TOGETHER_S = 0.3
"""Changes this close together make one event."""


class NotLive(Exception):
    """The gateway hears no changes at the moment."""


class Live:
    """Hears changes from the database and passes them on, without saying what changed: pages fetch that."""

    def __init__(self) -> None:
        self._is_hearing = False
        self._streams: set[asyncio.Event] = set()

    async def listen(self, url: str) -> None:
        """Hear changes until cancelled; streams end whenever the database is away."""
        try:
            while True:
                try:
                    async with listening(url, TASKS_CHANNEL) as ticks:
                        self._is_hearing = True
                        async for _ in ticks:
                            self._wake()
                except DATABASE_AWAY:
                    logger.warning("live_updates_interrupted")
                self._end_streams()
                await asyncio.sleep(RECONNECT_S)
        finally:
            self._end_streams()

    def open_stream(self) -> AsyncIterator[str]:
        """Server-sent events: `tasks` at once and after each change, `beat` in between. Raises NotLive."""
        if not self._is_hearing:
            raise NotLive("The gateway hears no changes at the moment.")
        return self._stream()

    async def _stream(self) -> AsyncIterator[str]:
        changed = asyncio.Event()
        self._streams.add(changed)
        try:
            yield _event("tasks")  # whoever connects again has missed something
            while self._is_hearing:
                try:
                    await asyncio.wait_for(changed.wait(), BEAT_S)
                except TimeoutError:
                    yield _event("beat")
                    continue
                await asyncio.sleep(TOGETHER_S)
                changed.clear()
                if self._is_hearing:
                    yield _event("tasks")
        finally:
            self._streams.discard(changed)

    def _wake(self) -> None:
        for changed in self._streams:
            changed.set()

    def _end_streams(self) -> None:
        self._is_hearing = False
        self._wake()


def _event(name: str) -> str:
    return f"event: {name}\ndata: {name}\n\n"
