"""Whoever asks a command what it does is answered at once: nothing heavy is imported for that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gateway import cli, process

PROGRAMS = ("gateway", "edge_agent", "simulators")
HEAVY = {
    *(
        "bleak",
        "dbus_fast",
        "fastapi",
        "httpx",
        "jinja2",
        "numpy",
        "paho",
        "psutil",
        "psycopg",
        "psycopg_pool",
    ),
    *("pydantic", "rich", "uvicorn"),
}
ASK_ALL = """
import sys
from importlib import import_module
from click import Context, Group
from click.testing import CliRunner

main = import_module(sys.argv[1]).main

def ask(*arguments):
    answer = CliRunner().invoke(main, arguments)
    assert answer.exit_code == 0, (arguments, answer.output)
    print(*arguments, file=sys.stderr)

def walk(command, context, *path):
    ask(*path, "--help")
    for name in command.list_commands(context) if isinstance(command, Group) else ():
        below = command.get_command(context, name)
        walk(below, Context(below, parent=context), *path, name)

ask("--version")
walk(main, Context(main))
print(*{name.partition(".")[0] for name in sys.modules})
"""


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_help_imports_what_is_heavy(program: str) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASK_ALL, f"{program}.cli"], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr
    assert len(asked.stderr.splitlines()) > len(PROGRAMS)
    assert HEAVY.intersection(asked.stdout.split()) == set()


def test_the_roles_that_can_be_named_are_those_that_there_are() -> None:
    assert tuple(process.ROLES) == cli.ROLES


def test_a_deferred_module_runs_when_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "gateway_part").mkdir()
    (tmp_path / "gateway_part/__init__.py").write_text("print('package')")
    (tmp_path / "gateway_part/work.py").write_text("print('work')\nLIMIT = 3\n")
    script = """
from edge_agent.wire.deferred_imports import deferred_imports
with deferred_imports():
    from gateway_part import work
print("asked")
print(work.LIMIT, work.LIMIT)
try:
    work.missing
except AttributeError as error:
    print(error)
"""
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.splitlines() == [
        "asked",
        "work",
        "3 3",
        "module 'gateway_part.work' has no attribute 'missing'",
    ]
