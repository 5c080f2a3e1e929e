"""A private message bus: a dbus-daemon of our own, which never outlives us."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

START_LIMIT_S = 10.0
LONGEST_SOCKET_PATH = 107  # sockaddr_un holds 108 bytes, the last one zero

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow send_type="signal"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""


class BusUnavailable(RuntimeError):
    """The private bus could not be started. Says why and what to do."""


@contextlib.asynccontextmanager
async def private_bus(socket: Path) -> AsyncIterator[str]:
    """Run a dbus-daemon listening on `socket`; gives its address, as DBUS_SYSTEM_BUS_ADDRESS wants it.

    The daemon runs in a session of its own, so that Ctrl-C reaches us and not it, and the kernel ends it when
    our process dies in any way. Raises BusUnavailable.
    """
    with _configuration(socket) as (config, address):
        daemon = await _start(config)
        try:
            await _wait_until_it_listens(daemon, socket)
            yield address
        finally:
            with contextlib.suppress(ProcessLookupError):
                daemon.terminate()
            await daemon.wait()


@contextlib.contextmanager
def _configuration(socket: Path) -> Iterator[tuple[Path, str]]:
    """A configuration file for a daemon on `socket`, and its address; no socket is left there afterwards."""
    check_socket_path(socket)
    socket.unlink(missing_ok=True)
    config = socket.with_name(
        f"{socket.name}.conf"
    )  # beside it: what a killed home leaves, the next one replaces
    config.write_text(_CONFIG.format(socket=escape(str(socket.absolute()))), encoding="utf-8")
    try:
        yield config, f"unix:path={socket.absolute()}"
    finally:
        socket.unlink(missing_ok=True)
        config.unlink()


def check_socket_path(socket: Path) -> None:
    """Raise BusUnavailable for a path too long to be a socket's, which the kernel would only call invalid."""
    if len(bytes(socket.absolute())) > LONGEST_SOCKET_PATH:
        raise BusUnavailable(
            f"{socket} is too long for a socket (at most {LONGEST_SOCKET_PATH} bytes): choose a shorter one"
        )


async def _start(config: Path) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "TERM"),
            *("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--nosyslog"),
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise BusUnavailable(f"{error.filename} is not installed") from error


async def _wait_until_it_listens(daemon: asyncio.subprocess.Process, socket: Path) -> None:
    try:
        async with asyncio.timeout(START_LIMIT_S):
            while not await _listens(socket):
                if daemon.returncode is not None:
                    raise BusUnavailable(
                        f"dbus-daemon ended at once (exit {daemon.returncode}); is it installed?"
                    )
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise BusUnavailable(f"dbus-daemon did not listen within {START_LIMIT_S:g} s") from None


async def _listens(socket: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(socket)
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    writer.close()
    await writer.wait_closed()
    return True
