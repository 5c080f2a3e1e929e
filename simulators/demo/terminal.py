"""What the person who started the demo sees: lines, and on a terminal a sign that something is under way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rich.console import Console


class Terminal:
    """Plain lines wherever it is no terminal: a pipe, a log, a test."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    def say(self, text: str = "", *, style: str | None = None) -> None:
        with suppress(OSError):  # the terminal may have been closed; the children are stopped all the same
            self._console.print(text, style=style, markup=False, soft_wrap=True)

    def trouble(self, text: str) -> None:
        self.say(text, style="yellow")

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One thing that takes a while: said with its time once it is done."""
        began = time.monotonic()
        if self._console.is_terminal:
            with self._console.status(f"{what} ..."):
                yield
        else:
            yield
        self.say(f"{what}: ready after {time.monotonic() - began:.1f} s")
