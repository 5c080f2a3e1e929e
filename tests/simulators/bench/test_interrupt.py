"""A measurement that is asked to end leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.servers.patience import PATIENCE_S, until

COMMAND = (sys.executable, "-c", "from simulators.cli import main; main()", "bench", "ingest", "--quick")
IN_BACKGROUND = ("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh")
"""As a shell begins what ends with "&": Ctrl-C is not for it."""
SERVERS = {"postgres", "mosquitto"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Through which the servers' own accounts come, as they do not through one of pytest's."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o711)
        yield Path(made)


def test_sigterm_ends_its_servers_and_its_folder(folder: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(folder)}
    children: list[psutil.Process] = []
    with subprocess.Popen([*IN_BACKGROUND, *COMMAND], env=environment, stderr=subprocess.DEVNULL) as bench:

        def are_there() -> bool:
            assert bench.poll() is None
            children[:] = psutil.Process(bench.pid).children(recursive=True)
            return set(map(_name, children)) >= SERVERS

        try:
            until(are_there)
            bench.send_signal(signal.SIGTERM)
            code = bench.wait(PATIENCE_S)
        finally:
            bench.kill()
    _, left = psutil.wait_procs(children, timeout=PATIENCE_S)
    for each in left:
        each.kill()
    assert (code, left) == (1, [])
    assert list(folder.iterdir()) == []


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""
