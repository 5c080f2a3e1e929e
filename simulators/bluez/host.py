"""What all devices of one adapter share, and the keys that outlive bluetoothd."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from simulators.bluez.agents import AgentManager
from simulators.bluez.kernel import Kernel
from simulators.bluez.tree import ObjectTree


class Bonds(Protocol):
    """The addresses this host holds keys for. They outlive bluetoothd (on a hub, in /var/lib/bluetooth)."""

    def __contains__(self, address: object, /) -> bool: ...

    def add(self, address: str, /) -> None: ...

    def discard(self, address: str, /) -> None: ...


@dataclass(frozen=True)
class Host:
    """What all devices of one adapter share."""

    tree: ObjectTree
    agents: AgentManager
    bonds: Bonds
    path: str
    kernel: Kernel
    is_on: Callable[[], bool]
