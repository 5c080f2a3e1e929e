"""Values so far out that no second measurement, no limit of a patient's own and no doubt holds them back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from alerting.kinds.bound import Bound
from gateway.rules.load import load_table
from gateway.rules.tables.basics import BoundTable, Table, Words

_FILE = Path(str(files("gateway.rules").joinpath("critical_values.toml")))


class ValueTable(BoundTable):
    """A bound on one vital, and who says so."""

    source: Words


class ValuesTable(Table):
    """The file."""

    values: Annotated[tuple[ValueTable, ...], Field(min_length=1)]


@dataclass(frozen=True)
class CriticalValues:
    """The bounds past which a value is believed at once."""

    bounds: tuple[Bound, ...]

    def passed(self, vital: str, value: float) -> bool:
        """Whether a value of a vital (its code; in its own unit) is past one of its bounds."""
        return any(
            bool(bound.broken(np.array([value]))[0]) for bound in self.bounds if bound.measure.vital == vital
        )


@cache
def load_critical_values(path: Path = _FILE) -> CriticalValues:
    """The values of this version. Raises RuleFileError."""
    return CriticalValues(tuple(table.bound for table in load_table(path, ValuesTable).values))
