"""Names are nouns of the field, and each stands for one thing."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES = ("alerting", "edge_agent", "gateway", "simulators")
NOUNS = ("crossing", "finding", "pairing", "provisioning")
"""Of the field: of averages, of judgements, of devices, of hubs."""


def modules(package: str) -> list[Path]:
    return sorted((PROJECT / package).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_class_has_its_name_alone_in_its_package(package: str) -> None:
    """Except what its module keeps to itself (`_Fields`)."""
    names = Counter(
        node.name
        for module in modules(package)
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_named_after_what_somebody_is_doing(package: str) -> None:
    found = [
        module for module in modules(package) if module.stem.endswith("ing") and module.stem not in NOUNS
    ]
    assert found == []
