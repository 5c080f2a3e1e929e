"""Waiting for what processes and servers do: one deadline for all, and a failure that says for what."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar, overload

PATIENCE_S = 180.0
"""Only what never comes costs it: beside eight busy loops on two cores all else comes within a minute."""
FIRST_STEP_S, LONGEST_STEP_S = 0.01, 0.1

T = TypeVar("T")


@overload
async def eventually(
    ask: Callable[[], Awaitable[T]], *, seconds: float = ..., otherwise: Callable[[], str] = ...
) -> T: ...


@overload
async def eventually(
    ask: Callable[[], T], *, seconds: float = ..., otherwise: Callable[[], str] = ...
) -> T: ...


async def eventually(
    ask: Callable[[], object], *, seconds: float = PATIENCE_S, otherwise: Callable[[], str] = str
) -> object:
    """The first answer that is not empty. Raises AssertionError with the last, and what `otherwise` says."""
    deadline, step = time.monotonic() + seconds, FIRST_STEP_S
    while not (answer := await _answer(ask)):
        assert time.monotonic() < deadline, _late(ask, f"{answer!r} after {seconds:g} s", otherwise)
        await asyncio.sleep(step)
        step = min(2 * step, LONGEST_STEP_S)
    return answer


def until(
    holds: Callable[[], object], *, seconds: float = PATIENCE_S, otherwise: Callable[[], str] = str
) -> None:
    """Return once it holds. Raises AssertionError with what `otherwise` says."""
    deadline, step = time.monotonic() + seconds, FIRST_STEP_S
    while not holds():
        assert time.monotonic() < deadline, _late(holds, f"not after {seconds:g} s", otherwise)
        time.sleep(step)
        step = min(2 * step, LONGEST_STEP_S)


@asynccontextmanager
async def patience(what: str) -> AsyncIterator[None]:
    """For a block that waits. Raises AssertionError, saying what has not come about."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield
    except TimeoutError as late:
        raise AssertionError(f"not within {PATIENCE_S:g} s: {what}") from late


async def _answer(ask: Callable[[], object]) -> object:
    answer = ask()
    return await answer if inspect.isawaitable(answer) else answer


def _late(asked: Callable[[], object], what: str, otherwise: Callable[[], str]) -> str:
    """Where the question stands in the tests, and what came of it."""
    code = getattr(asked, "__code__", None)
    where = f"{code.co_filename}:{code.co_firstlineno}" if code else repr(asked)
    return f"{where}: {what}\n{otherwise()}".rstrip()
