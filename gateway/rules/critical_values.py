"""Values so far out that no second measurement, no limit of a patient's own and no doubt holds them back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np

from alerting.kinds.bound import Bound
from alerting.kinds.threshold import Threshold
from alerting.rules import Rule, RuleSet
from gateway.rules.load import RuleFileError, load_rule_set

_FILE = Path(str(files("gateway.rules").joinpath("critical_values.toml")))


@dataclass(frozen=True)
class CriticalValues:
    """The rules that judge everybody who is monitored, and that nobody can take off or loosen."""

    rule_set: RuleSet

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.rule_set.rules

    @cached_property
    def rule_ids(self) -> frozenset[str]:
        return frozenset(rule.rule_id for rule in self.rules)

    @cached_property
    def bounds(self) -> tuple[Bound, ...]:
        """The bounds past which a value is believed at once."""
        kinds = [rule.kind for rule in self.rules if isinstance(rule.kind, Threshold)]
        return tuple(limit.bound for kind in kinds for limit in kind.limits)

    def passed(self, vital: str, value: float) -> bool:
        """Whether a value of a vital (its code; in its own unit) is past one of its bounds."""
        return any(
            bool(bound.broken(np.array([value]))[0]) for bound in self.bounds if bound.measure.vital == vital
        )


@cache
def load_critical_values(path: Path = _FILE) -> CriticalValues:
    """The values of this version. Raises RuleFileError."""
    rule_set = load_rule_set(path)
    for rule in rule_set.rules:
        if not isinstance(rule.kind, Threshold) or rule.kind.repeats > 1 or rule.whom or rule.instead:
            raise RuleFileError(
                f"{path}: {rule.rule_id}: expected a threshold for everybody, that one value breaks"
            )
    return CriticalValues(rule_set)
