"""A data folder that the servers' accounts can reach: pytest's own are closed to everybody but root."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from simulators.demo.folder import Folder
from simulators.demo.process_records import ProcessRecords
from simulators.demo.supervisor import Supervisor
from simulators.demo.terminal import Terminal


@pytest.fixture
def folder() -> Iterator[Folder]:
    path = Path(tempfile.mkdtemp(prefix="hearthbeat-"))
    path.chmod(0o711)
    folder = Folder(path / "home")
    folder.make()
    yield folder
    shutil.rmtree(path)


@pytest.fixture
def output() -> StringIO:
    """What the person at the terminal has been told."""
    return StringIO()


@pytest.fixture
async def supervisor(folder: Folder, output: StringIO) -> AsyncIterator[Supervisor]:
    terminal = Terminal(Console(file=output))
    async with Supervisor(folder.logs, ProcessRecords(folder.children), terminal) as supervisor:
        yield supervisor
