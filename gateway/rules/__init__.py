"""Rule sets as data: TOML files, checked against the vital table at load."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from alerting.rules import RuleSet
from gateway.rules.load import RuleFileError, load_rule_set

__all__ = ["RuleFileError", "load_named", "load_rule_set", "load_shipped", "shipped_file"]

_SETS = Path(str(files(__package__).joinpath("sets")))


def load_shipped() -> Mapping[str, RuleSet]:
    """The rule sets of this version that a patient can be enrolled in, by name. Raises RuleFileError."""
    return {path.stem: load_rule_set(path) for path in sorted(_SETS.glob("*.toml"))}


def shipped_file(name: str) -> Path | None:
    """The file of a set of this version."""
    return next((path for path in _SETS.glob("*.toml") if name == path.stem), None)


def load_named(name: str) -> RuleSet:
    """A set of this version by its name, else that of a file. Raises RuleFileError."""
    path = shipped_file(name) or Path(name)
    if not path.exists():
        known = ", ".join(sorted(each.stem for each in _SETS.glob("*.toml")))
        raise RuleFileError(f"{name}: there is no such file, and no such set; known are {known}")
    return load_rule_set(path)
