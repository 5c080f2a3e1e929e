"""Talking with the person at the terminal while other things go on."""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap

import click

WIDTH = 72
_CHUNK = 1024


class NobodyAnswers(Exception):
    """There is no terminal, or it was closed."""


class Terminal:
    """Standard input and output, a line at a time."""

    def __init__(self) -> None:
        self._read = b""

    def say(self, text: str = "", *, indent: str = "") -> None:
        """One paragraph."""
        click.echo(textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent))

    async def ask(self, question: str) -> str:
        """The line that is typed, without blanks around it. Raises NobodyAnswers."""
        click.echo(f"{question} ", nl=False)
        while b"\n" not in self._read:
            await _readable(sys.stdin.fileno())
            chunk = os.read(sys.stdin.fileno(), _CHUNK)
            if not chunk:
                click.echo()
                raise NobodyAnswers
            self._read += chunk
        line, _, self._read = self._read.partition(b"\n")
        return line.decode(errors="replace").strip()

    async def agrees(self, question: str, *, at_enter: bool = True) -> bool:
        """Enter alone is a yes, or a no."""
        while True:
            match (await self.ask(f"{question} {'[Y/n]' if at_enter else '[y/N]'}")).lower():
                case "":
                    return at_enter
                case "y" | "yes":
                    return True
                case "n" | "no":
                    return False
                case _:
                    self.say("Please type y for yes or n for no, and press Enter.")


async def _readable(descriptor: int) -> None:
    """Return when there is something to read. Raises NobodyAnswers where nobody can type."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except (OSError, ValueError):  # a file or /dev/null
        raise NobodyAnswers from None
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)
