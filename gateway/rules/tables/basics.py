"""What the tables of a rule file share: words, vitals with their units, bounds and limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from alerting.kinds.bound import Bound, Comparison, Limit
from alerting.kinds.kind import Measure
from edge_agent.wire.vitals import Vital

Words = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
MOST = 100_000
"""Of days, hours, or any vital's unit: no rule means more, and no calendar has room for it."""
Number = Annotated[float, Field(ge=-MOST, le=MOST)]
Positive = Annotated[float, Field(gt=0, le=MOST)]
NotNegative = Annotated[float, Field(ge=0, le=MOST)]
Days = Annotated[int, Field(ge=1, le=3660)]
"""Calendar days of the patient."""
Times = Annotated[int, Field(ge=2, le=1000)]


class Table(BaseModel):
    """A table in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @property
    def notes(self) -> Iterator[str]:
        """Where the numbers beside a rule's own limit come from, also those of the tables within."""
        for value in dict(self).values():
            for table in value if isinstance(value, tuple) else (value,):
                if isinstance(table, Table):
                    yield from table.notes


class Cleared(Table):
    """What clears elsewhere than it raises, and who says so."""

    clear: Number
    clear_source: Words

    @property
    def notes(self) -> Iterator[str]:
        yield f"where it clears: {self.clear_source}"
        yield from super().notes


class MeasuredTable(Table):
    """A vital. Its unit must be said, so that nobody writes mmol/L where mg/dL is judged."""

    vital: str
    unit: str

    @model_validator(mode="after")
    def _known(self) -> Self:
        unit = Vital.from_code(self.vital).unit
        if self.unit != unit:
            raise ValueError(f"unknown unit {self.unit!r} for {self.vital}; allowed is {unit!r}")
        return self

    @property
    def measure(self) -> Measure:
        vital = Vital.from_code(self.vital)
        return Measure(self.vital, vital.display, vital.symbol)


class BoundTable(MeasuredTable):
    """A vital with exactly one comparison."""

    above: Number | None = None
    at_least: Number | None = None
    below: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        given = [name for name in Comparison if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"expected exactly one of {', '.join(Comparison)}; found {len(given)}")
        return self

    @property
    def bound(self) -> Bound:
        """The bound as it is judged."""
        comparison = next(name for name in Comparison if getattr(self, name) is not None)
        return Bound(self.measure, comparison, getattr(self, comparison))


class LimitTable(BoundTable, Cleared):
    """A bound, and how far one clinician may loosen it for a patient."""

    hard_floor: Number | None = None
    hard_floor_source: Words | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        bound = self.bound
        outward = 1.0 if bound.comparison.is_upper else -1.0
        if outward * self.clear > outward * bound.value:
            raise ValueError(
                f"clear = {self.clear:g} lies beyond the limit {bound.value:g}: nothing would clear"
            )
        if self.hard_floor is not None and outward * self.hard_floor < outward * bound.value:
            raise ValueError(f"hard_floor = {self.hard_floor:g} is stricter than the limit {bound.value:g}")
        if (self.hard_floor is None) != (self.hard_floor_source is None):
            raise ValueError("hard_floor and hard_floor_source go together")
        return self

    @property
    def notes(self) -> Iterator[str]:
        yield f"where {self.measure.name} clears: {self.clear_source}"
        if self.hard_floor is not None:
            furthest = self.measure.text(self.hard_floor)
            name, source = self.measure.name, self.hard_floor_source
            yield f"one clinician may loosen {name} as far as {furthest}: {source}"

    def freeze(self) -> Limit:
        """The limit as it is judged."""
        return Limit(self.bound, self.clear, self.hard_floor)
