"""Waiting for what happens in another process or thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

STEP_S = 0.01


async def eventually(
    condition: Callable[[], object], *, seconds: float = 10, otherwise: Callable[[], str] = str
) -> None:
    """Return once `condition` holds. Raises AssertionError after `seconds`, with what `otherwise` says."""
    for _ in range(round(seconds / STEP_S)):
        if condition():
            return
        await asyncio.sleep(STEP_S)
    raise AssertionError(f"not within {seconds:g} s\n{otherwise()}".rstrip())
