"""The hand on the button: a socket through which somebody outside takes a measurement in a running home."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from simulators.bluez.bus import check_socket_path
from simulators.devices.values import BloodPressure, DeviceKind, Glucose, Weight
from simulators.home.home_devices import HomeDevices
from simulators.home.state import HomeError

SOCKET = "control"
PATIENCE_S = 10.0
DONE = "done"


class Press(BaseModel):
    """What a person does: take a measurement (now, or earlier and out of reach), or just press the button."""

    model_config = ConfigDict(extra="forbid")

    device: DeviceKind
    values: BloodPressure | Weight | Glucose | None = None
    at: AwareDatetime | None = None


def press_now(folder: Path, press: Press) -> None:
    """Do it in the home that runs in `folder`; on return the device has stored it. Raises HomeError."""
    try:
        with socket.socket(socket.AF_UNIX) as home:
            home.settimeout(PATIENCE_S)
            home.connect(str(folder / SOCKET))
            home.sendall(press.model_dump_json().encode() + b"\n")
            answer = home.makefile(encoding="utf-8").readline().strip()
    except OSError as error:
        raise HomeError(f"no home answers in {folder}: {error}") from error
    if answer != DONE:
        raise HomeError(answer or f"the home in {folder} stopped before it answered")


@contextlib.asynccontextmanager
async def control_socket(
    folder: Path, devices: HomeDevices, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> AsyncIterator[None]:
    """Let `press_now` reach the devices."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = _obey(await reader.readline(), devices, now())
        writer.write(answer.encode() + b"\n")
        await writer.drain()
        writer.close()

    path = folder / SOCKET
    check_socket_path(path)
    path.unlink(missing_ok=True)  # what a killed run left
    server = await asyncio.start_unix_server(serve, path)
    async with server:
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _obey(request: bytes, devices: HomeDevices, now: datetime) -> str:
    try:
        press = Press.model_validate_json(request)
        if press.values is not None:
            devices.measure(press.values, press.at or now)
    except (ValidationError, ValueError) as error:
        return f"refused: {' '.join(str(error).split())}"
    devices.press(press.device)
    return DONE
