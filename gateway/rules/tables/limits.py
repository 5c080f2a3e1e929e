"""Kinds that hold values, marks or their absence against a limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from alerting.kinds.average import Average
from alerting.kinds.count import Count
from alerting.kinds.event import Event
from alerting.kinds.kind import RuleKind, hours_text
from alerting.kinds.silence import Silence
from alerting.kinds.threshold import Threshold
from edge_agent.wire.codes import EventKind, Flag
from edge_agent.wire.vitals import Vital
from gateway.rules.tables.basics import (
    BoundTable,
    Cleared,
    LimitTable,
    MeasuredTable,
    NotNegative,
    Positive,
    Table,
    Times,
    Words,
)

MARKS = (*(kind.value for kind in EventKind), *(flag.code for flag in Flag))
"""What a reading can be marked by: what the patient did or felt, and what the device said."""

Limits = Annotated[tuple[LimitTable, ...], Field(min_length=1)]
Count0 = Annotated[int, Field(ge=0, le=1000)]


class Repeated(Table):
    """So many times within so many hours; without these keys once is enough."""

    repeats: Times | None = None
    within_hours: Positive | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.repeats is None) != (self.within_hours is None):
            raise ValueError("repeats and within_hours go together")
        return self


class ThresholdTable(Repeated):
    """A value beyond a limit."""

    kind: Literal["threshold"]
    limits: Limits

    def freeze(self) -> RuleKind:
        limits = tuple(limit.freeze() for limit in self.limits)
        return Threshold(limits, self.repeats or 1, self.within_hours or 0.0)


class AverageTable(Table):
    """An average over calendar days."""

    kind: Literal["average"]
    limits: Limits
    days: Annotated[int, Field(ge=1, le=366)]
    least_days: Annotated[int, Field(ge=1)]
    discard_days: Count0 = 0
    morning: Count0 = 0
    evening: Count0 = 0

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.least_days + self.discard_days > self.days:
            raise ValueError(
                f"least_days and discard_days are more than days = {self.days}: it would never answer"
            )
        return self

    def freeze(self) -> RuleKind:
        limits = tuple(limit.freeze() for limit in self.limits)
        return Average(limits, self.days, self.least_days, self.discard_days, self.morning, self.evening)


class CountTable(BoundTable, Cleared):
    """A breach that comes back within days."""

    kind: Literal["count"]
    times: Times
    days: Positive
    clear: Count0
    apart_hours: NotNegative = 0.0

    @model_validator(mode="after")
    def _clears(self) -> Self:
        if self.clear >= self.times:
            raise ValueError(f"clear = {self.clear} is not below times = {self.times}")
        return self

    def freeze(self) -> RuleKind:
        return Count(self.bound, self.times, self.days, self.clear, self.apart_hours)


class EventTable(Repeated):
    """Something that the patient or the device said."""

    kind: Literal["event"]
    marks: Annotated[tuple[str, ...], Field(min_length=1)]
    vital: str | None = None
    clear_hours: Positive
    clear_source: Words

    @property
    def notes(self) -> Iterator[str]:
        yield f"clears after {hours_text(self.clear_hours)}: {self.clear_source}"

    @model_validator(mode="after")
    def _known(self) -> Self:
        for mark in self.marks:
            if mark not in MARKS:
                raise ValueError(f"unknown mark {mark!r}; allowed are {', '.join(MARKS)}")
        if self.vital is not None:
            Vital.from_code(self.vital)
        return self

    def freeze(self) -> RuleKind:
        return Event(self.marks, self.clear_hours, self.repeats or 1, self.within_hours or 0.0, self.vital)


class SilenceTable(MeasuredTable):
    """Nothing measured for too long."""

    kind: Literal["silence"]
    every_hours: Positive
    grace_hours: NotNegative

    def freeze(self) -> RuleKind:
        return Silence(self.measure, self.every_hours, self.grace_hours)
