"""The ports that the demo listens on, all on 127.0.0.1."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from simulators.demo.errors import DemoError

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Port:
    """One port, and how to choose another."""

    use: str
    number: int
    option: str
    variable: str


def check_free(ports: Iterable[Port]) -> None:
    """Raises DemoError naming every port that is in use, or asked for twice, and what chooses another one."""
    taken: dict[int, str] = {}
    problems = []
    for port in ports:
        if port.number in taken:
            why = f"is asked for by the {taken[port.number]} too"
        else:
            why = _why_not(port.number)
        if why:
            problems.append(
                f"port {port.number} for the {port.use} {why}: "
                f"choose another with {port.option} or {port.variable}"
            )
        taken.setdefault(port.number, port.use)
    if problems:
        raise DemoError("\n".join(problems))


def _why_not(number: int) -> str:
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as the servers do: TIME_WAIT is no hindrance
        try:
            probe.bind((LOOPBACK, number))
        except OSError as error:
            return "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
    return ""
