"""What many open pages ask at once is found out once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Found = TypeVar("Found")


class TtlCache(Generic[Key, Found]):
    """Holds each answer for `seconds`; whoever asks while it is found out waits for the same one."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[Key, tuple[float, Found]] = {}
        self._asking: dict[Key, asyncio.Lock] = {}

    async def get(self, key: Key, find: Callable[[], Awaitable[Found]]) -> Found:
        """The answer, from `find` where none is young enough."""
        async with self._asking.setdefault(key, asyncio.Lock()):
            time = asyncio.get_running_loop().time()
            known = self._known.get(key)
            if known is None or time - known[0] > self._seconds:
                known = time, await find()
                self._known[key] = known
            return known[1]

    def forget(self, key: Key) -> None:
        """Find it out anew for whoever asks next: it was changed here."""
        self._known.pop(key, None)


class TtlCaches:
    """What is found out of whole organisations: a cache for each kind of answer, by organisation."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._caches: dict[type, TtlCache[int, Any]] = {}

    def of(self, kind: type[Found]) -> TtlCache[int, Found]:
        """The one of this kind."""
        return self._caches.setdefault(kind, TtlCache(self._seconds))
