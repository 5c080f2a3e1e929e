"""A measurement that is asked to end leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

COMMAND = (sys.executable, "-c", "from simulators.cli import main; main()", "bench", "ingest", "--quick")
IN_BACKGROUND = ("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh")
"""As a shell begins what ends with "&": Ctrl-C is not for it."""
SERVERS = {"postgres", "mosquitto"}
WITHIN_S = 60


@pytest.fixture
def folder() -> Iterator[Path]:
    """Through which the servers' own accounts come, as they do not through one of pytest's."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o711)
        yield Path(made)


def test_sigterm_ends_its_servers_and_its_folder(folder: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(folder)}
    bench = subprocess.Popen([*IN_BACKGROUND, *COMMAND], env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + WITHIN_S
    children: list[psutil.Process] = []
    while not set(map(_name, children)) >= SERVERS:
        assert time.monotonic() < deadline
        assert bench.poll() is None
        children = psutil.Process(bench.pid).children(recursive=True)
        time.sleep(0.05)
    bench.send_signal(signal.SIGTERM)
    code = bench.wait(WITHIN_S)
    _, left = psutil.wait_procs(children, timeout=10)
    for each in left:
        each.kill()
    assert (code, left) == (1, [])
    assert list(folder.iterdir()) == []


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""
