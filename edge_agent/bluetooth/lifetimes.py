"""How long bluetoothd can still answer: a call about an object ends with that object, answered or not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

LET_GO_WITHIN_S: Final = 5.0
"""Who is stopped waits no longer for each thing that bluetoothd may never answer: systemd kills after 30."""
T = TypeVar("T")


class Lifetimes:
    """What goes on with bluetoothd's objects, and needs them."""

    def __init__(self) -> None:
        self._ends: dict[asyncio.Future[Exception], str] = {}  # of what goes on: the path that it needs
        self._over: Exception | None = None

    async def during(self, path: str, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns. Ended before that, it is cancelled and this raises what ended it."""
        if self._over is not None:
            work.close()
            raise self._over
        end: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self._ends[end] = path
        task = asyncio.create_task(work)
        try:
            waiting: set[asyncio.Future[Any]] = {task, end}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise end.result()
        finally:
            del self._ends[end]
            await _ended(task)

    def end(self, path: str, why: Exception) -> None:
        """The object at `path` is gone, and what is below it."""
        self._end({end for end, needed in self._ends.items() if f"{needed}/".startswith(f"{path}/")}, why)

    def end_below(self, path: str, why: Exception) -> None:
        self._end({end for end, needed in self._ends.items() if needed.startswith(f"{path}/")}, why)

    def end_all(self, why: Exception) -> None:
        """Whatever is asked later ends so too."""
        self._over = why
        self._end(set(self._ends), why)

    def _end(self, ends: set[asyncio.Future[Exception]], why: Exception) -> None:
        for end in ends:
            if not end.done():
                end.set_result(why)


async def _ended(task: asyncio.Task[T]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=LET_GO_WITHIN_S)
