"""`make test` explores nothing: what it tries is the same each time, whatever earlier runs found."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TRIED = """
from hypothesis import given, strategies as st
from tests.examples import examples, use_everywhere

use_everywhere()
seen = []

@given(st.integers())
def test_by_default(number: int) -> None:
    seen.append(number)

@examples(30)
@given(st.floats())
def test_so_many(number: float) -> None:
    seen.append(number)

test_by_default()
test_so_many()
print(len(seen), seen)
"""
BY_CHANCE = {"Random", "SystemRandom", "default_rng"}


def tried(folder: Path, **environment: str) -> str:
    """What is tried by a run in `folder`, where what earlier runs found would be remembered."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HEARTHBEAT_")}
    return subprocess.run(
        [sys.executable, "-c", TRIED],
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(PROJECT)} | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_properties_are_tried_on_the_same_examples_each_time(tmp_path: Path) -> None:
    first = tried(tmp_path)
    assert first == tried(tmp_path)
    assert not (tmp_path / ".hypothesis/examples").exists()


def test_when_asked_they_are_tried_on_others_and_more(tmp_path: Path) -> None:
    first, second = (tried(tmp_path, HEARTHBEAT_EXAMPLES="3") for _ in range(2))
    assert first != second
    assert int(first.split()[0]) > int(tried(tmp_path).split()[0])


@pytest.mark.parametrize("call", ["settings(max_examples", "settings(deadline", "settings(derandomize"])
def test_nobody_else_says_how_many_are_tried(call: str) -> None:
    """Or a property would remember, be timed or differ from run to run."""
    others = {file for file in (PROJECT / "tests").rglob("*.py") if call in file.read_text()}
    assert others <= {PROJECT / "tests/examples.py", Path(__file__)}


def test_no_test_draws_without_a_seed() -> None:
    unseeded = [
        f"{file.relative_to(PROJECT)}:{call.lineno}"
        for file in (PROJECT / "tests").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and _name(call.func) in BY_CHANCE and not call.args
    ]
    assert unseeded == []


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
