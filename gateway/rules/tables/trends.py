"""Kinds that hold a vital against its own past."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from alerting.kinds.baseline import Baseline, Unusual
from alerting.kinds.change import Change
from alerting.kinds.control_charts import Cusum, Ewma
from alerting.kinds.crossing import Crossing
from alerting.kinds.kind import Direction, Measure, RuleKind
from alerting.kinds.slope import Slope
from alerting.kinds.target import OffTarget
from alerting.kinds.variability import Variability
from alerting.windows import MOST_VALUES
from edge_agent.wire.vitals import Vital
from gateway.rules.tables.basics import Cleared, Days, MeasuredTable, NotNegative, Positive, Table, Words

PERSONAL = {"dry_weight": Vital.BODY_WEIGHT}
"""The numbers that can be set for a patient, and of which vital they are."""

Several = Annotated[int, Field(ge=2, le=MOST_VALUES)]


class ChangeLimits(MeasuredTable, Cleared):
    """A vital whose score clears up to `clear`."""

    def clears(self, limit: float) -> Self:
        """Itself. Raises ValueError where nothing would clear."""
        if self.clear > limit:
            raise ValueError(f"clear = {self.clear:g} lies beyond the limit {limit:g}: nothing would clear")
        return self


class Scored(ChangeLimits):
    """A vital whose score raises from `limit` on."""

    limit: Positive

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return self.clears(self.limit)


class BaselineTable(Table):
    """What is usual for the patient."""

    days: Days
    gap_days: Days | Literal[0] = 0
    least_values: Several
    least_spread: Positive

    def freeze(self) -> Baseline:
        return Baseline(self.days, self.gap_days, self.least_values, self.least_spread)


class UsualTable(BaselineTable):
    """Within `limit` robust standard deviations of what is usual a change raises nothing, and who says so."""

    limit: Positive
    source: Words

    @property
    def notes(self) -> Iterator[str]:
        yield f"not within what is usual: {self.source}"

    def unusual(self, measure: Measure, direction: Direction) -> Unusual:
        """What lies outside."""
        return Unusual(measure, self.limit, self.limit, self.freeze(), direction=direction)


class ChangeTable(ChangeLimits):
    """A rise or a fall over days."""

    days: Days
    unless_usual: UsualTable | None = None

    def change(self, limit: float, direction: Direction, *, from_first: bool) -> RuleKind:
        """It as it is judged."""
        usual = self.unless_usual
        unusual = None if usual is None else usual.unusual(self.measure, direction)
        return Change(self.measure, limit, self.clear, self.days, direction, from_first, unusual)


class GainTable(ChangeTable):
    """A rise over days."""

    kind: Literal["gain"]
    gain: Positive
    against: Literal["lowest", "first"] = "lowest"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return self.clears(self.gain)

    def freeze(self) -> RuleKind:
        return self.change(self.gain, Direction.RISE, from_first=self.against == "first")


class LossTable(ChangeTable):
    """A fall over days."""

    kind: Literal["loss"]
    loss: Positive
    against: Literal["highest", "first"] = "highest"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return self.clears(self.loss)

    def freeze(self) -> RuleKind:
        return self.change(self.loss, Direction.FALL, from_first=self.against == "first")


class OffTargetTable(Scored):
    """A distance from a number that was set for the patient."""

    kind: Literal["off-target"]
    personal: str
    direction: Direction
    days: Days = 1

    @model_validator(mode="after")
    def _known(self) -> Self:
        names = [name for name, vital in PERSONAL.items() if vital.code == self.vital]
        if self.personal not in names:
            allowed = ", ".join(names) or "none"
            raise ValueError(
                f"unknown personal number {self.personal!r} of {self.vital}; allowed are {allowed}"
            )
        return self

    def freeze(self) -> RuleKind:
        return OffTarget(self.measure, self.personal, self.limit, self.clear, self.direction, self.days)


class SlopeTable(Scored):
    """A steady change; `limit` and `clear` are in the unit a week."""

    kind: Literal["slope"]
    days: Days
    least_values: Several
    least_days: Days
    direction: Direction

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.least_days > self.days:
            raise ValueError("least_days is more than days: it would never answer")
        return self

    def freeze(self) -> RuleKind:
        return Slope(
            self.measure,
            self.limit,
            self.clear,
            self.days,
            self.least_values,
            self.least_days,
            self.direction,
        )


class CrossingTable(Scored):
    """A short average away from a long one."""

    kind: Literal["crossing"]
    days: Days
    long_days: Days
    least_values: Several
    direction: Direction

    @model_validator(mode="after")
    def _longer(self) -> Self:
        if self.long_days <= self.days:
            raise ValueError("long_days is not more than days")
        return self

    def freeze(self) -> RuleKind:
        return Crossing(
            self.measure, self.limit, self.clear, self.days, self.long_days, self.least_values, self.direction
        )


class VariabilityTable(Scored):
    """Values that scatter: `sd` in the vital's unit, `cv` in per cent of the mean."""

    kind: Literal["variability"]
    spread: Literal["sd", "cv"]
    days: Days
    least_values: Several

    def freeze(self) -> RuleKind:
        of_mean = self.spread == "cv"
        return Variability(self.measure, self.limit, self.clear, self.days, self.least_values, of_mean)


class FromBaselineTable(Scored):
    """A vital against what is usual; `limit` and `clear` in robust standard deviations."""

    baseline: BaselineTable
    direction: Direction


class UnusualTable(FromBaselineTable):
    """One value far from what is usual."""

    kind: Literal["unusual"]

    def freeze(self) -> RuleKind:
        return Unusual(self.measure, self.limit, self.clear, self.baseline.freeze(), direction=self.direction)


class EwmaTable(FromBaselineTable):
    """A weighted mean of the distances from what is usual."""

    kind: Literal["ewma"]
    half_life_days: Positive

    def freeze(self) -> RuleKind:
        return Ewma(
            self.measure,
            self.limit,
            self.clear,
            self.baseline.freeze(),
            self.half_life_days,
            direction=self.direction,
        )


class CusumTable(FromBaselineTable):
    """A sum of the distances from what is usual, each less `slack`."""

    kind: Literal["cusum"]
    days: Days
    slack: NotNegative

    def freeze(self) -> RuleKind:
        return Cusum(
            self.measure,
            self.limit,
            self.clear,
            self.baseline.freeze(),
            self.days,
            self.slack,
            direction=self.direction,
        )
