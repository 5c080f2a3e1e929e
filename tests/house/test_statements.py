"""Statements of SQL are asked for by names that their files have: the type checker does not see it."""

from __future__ import annotations

import ast
from pathlib import Path

from gateway.database import statements

PROJECT = Path(__file__).parents[2]
OWN = "_SQL = statements.load(__name__)"


def test_every_statement_that_a_module_asks_for_is_in_its_file() -> None:
    asked, missing = 0, []
    for file in sorted((PROJECT / "gateway").rglob("*.py")):
        text = file.read_text()
        if OWN not in text:
            continue
        module = ".".join(file.relative_to(PROJECT).with_suffix("").parts)
        known = statements.load(module)
        for name in names(ast.parse(text)):
            asked += 1
            missing += [] if name in known else [f"{module}: {name}"]
    assert asked > 100
    assert missing == []


def names(tree: ast.AST) -> list[str]:
    return [
        str(node.slice.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "_SQL"
        and isinstance(node.slice, ast.Constant)
    ]
