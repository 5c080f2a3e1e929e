"""A private bus, as this process's system bus."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulators.bluez.bus import private_bus
from tests.servers.patience import eventually


@pytest.fixture
async def bus_address(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    # Not in tmp_path: the path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="hb-") as folder:
        async with private_bus(Path(folder) / "bus") as address:
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
            yield address
        await eventually(lambda: len(asyncio.all_tasks()) == 1)  # bleak sees the bus go, and lets go of it
