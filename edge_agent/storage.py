"""The hub's disk: an outbox that can be used, whatever became of the last one, and whether there is room."""

from __future__ import annotations

import asyncio
import logging
import shutil
from pathlib import Path
from typing import Final
from uuid import uuid5

from edge_agent.hub_clock import HubClock
from edge_agent.outbox import Outbox, OutboxDamaged, set_aside, those_set_aside
from edge_agent.reading_ids import NAMESPACE
from edge_agent.wire.codes import HubProblem

logger = logging.getLogger(__name__)

MACHINE_ID: Final = Path("/etc/machine-id")
RESERVE_BYTES: Final = 16 * 1024 * 1024
"""Kept free: receipts are written too, and a year of readings of four devices takes about 5 MiB."""
LOOK_EVERY_S: Final = 5.0


def open_outbox(path: Path, hub_clock: HubClock) -> Outbox:
    """The outbox at `path`. A damaged one is set aside for a person to look at, and a new one is begun.

    A copy from another machine begins a new epoch: its original may be at work. Raises OutboxError.
    """
    try:
        outbox = Outbox(path, hub_clock)
    except OutboxDamaged as error:
        aside = set_aside(path, hub_clock.moment().at)
        logger.warning("outbox_set_aside file=%s reason=%r", aside.name, str(error))
        outbox = Outbox(path, hub_clock)
    machine = this_machine(MACHINE_ID)
    if machine is not None and not outbox.is_of(machine):
        outbox.leave_epoch(outbox.epoch)
        outbox.is_of(machine)
        logger.warning("outbox_of_another_machine epoch=%d", outbox.epoch)
    return outbox


def this_machine(file: Path) -> str | None:
    """A name of this machine that says nothing about it (machine-id(5) asks not to show the id itself)."""
    try:
        machine = file.read_text().strip()
    except OSError:
        return None
    return str(uuid5(NAMESPACE, f"machine {machine}")) if machine else None


class Disk:
    """The disk on which `folder` lies."""

    def __init__(self, folder: Path, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._folder = folder
        self._reserve_bytes = reserve_bytes

    @property
    def free_bytes(self) -> int:
        return shutil.disk_usage(self._folder).free

    @property
    def has_room(self) -> bool:
        return self.free_bytes >= self._reserve_bytes

    async def until(self, *, has_room: bool) -> None:
        """Return once there is room, or none."""
        while True:
            if self.has_room == has_room:
                return
            await asyncio.sleep(LOOK_EVERY_S)


def problems(outbox: Path, disk: Disk) -> tuple[HubProblem, ...]:
    """What somebody has to see to. An outbox set aside is one until somebody takes it away."""
    found = {
        HubProblem.DISK_FULL: not disk.has_room,
        HubProblem.OUTBOX_SET_ASIDE: bool(those_set_aside(outbox)),
    }
    return tuple(problem for problem, is_so in found.items() if is_so)
