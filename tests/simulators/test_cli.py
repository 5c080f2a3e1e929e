"""`hearthbeat-sim`: each command can be asked what it does, and a home needs nothing of the demo."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click import Context
from click.testing import CliRunner

from simulators.cli import main

HEAVY = {"paho", "httpx", "psutil", "rich", "bleak", "psycopg"}


@pytest.mark.parametrize("command", main.list_commands(Context(main)))
def test_each_command_says_what_it_does(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_a_home_imports_nothing_that_only_the_demo_needs() -> None:
    script = "import sys, simulators.home.command; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert HEAVY.isdisjoint(loaded.split())
