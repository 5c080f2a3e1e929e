"""Rule sets as data: TOML files, checked against the vital table at load."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from alerting.rules import RuleSet
from gateway.rules.load import RuleFileError, load_rule_set

__all__ = ["RuleFileError", "load_rule_set", "load_shipped"]


def load_shipped() -> Mapping[str, RuleSet]:
    """The rule sets of this version, by name. Raises RuleFileError."""
    folder = Path(str(files(__package__).joinpath("sets")))
    return {path.stem: load_rule_set(path) for path in sorted(folder.glob("*.toml"))}
