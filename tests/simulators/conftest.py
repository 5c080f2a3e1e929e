"""A private bus, as this process's system bus."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulators.bluez.bus import private_bus


@pytest.fixture
async def bus_address(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    # Not in tmp_path: the path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="hb-") as folder:
        async with private_bus(Path(folder) / "bus") as address:
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
            yield address
        await asyncio.sleep(0.05)  # bleak keeps a connection open until it sees the bus go
