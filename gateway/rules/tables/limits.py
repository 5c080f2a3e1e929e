"""Kinds that hold values, marks or their absence against a limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from alerting.kinds.average import Average
from alerting.kinds.count import Count
from alerting.kinds.event import Event
from alerting.kinds.failed import Failed
from alerting.kinds.kind import RuleKind, hours_text
from alerting.kinds.several import Several
from alerting.kinds.silence import Silence
from alerting.kinds.span import Span
from alerting.kinds.stranger import Stranger
from alerting.kinds.threshold import Threshold
from edge_agent.wire.codes import EventKind, Flag
from edge_agent.wire.vitals import Vital
from gateway.rules.tables.basics import (
    BoundTable,
    Cleared,
    Days,
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
    """So many times within so many hours, or calendar days; without these keys once is enough."""

    repeats: Times | None = None
    within_hours: Positive | None = None
    within_days: Days | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        given = sum(each is not None for each in (self.within_hours, self.within_days))
        if given != (self.repeats is not None):
            raise ValueError("repeats and one of within_hours and within_days go together")
        return self

    @property
    def within(self) -> Span:
        """How near to each other they must be."""
        return Span(self.within_hours or 0.0, self.within_days or 0)


class ThresholdTable(Repeated):
    """A value beyond a limit."""

    kind: Literal["threshold"]
    limits: Limits

    def freeze(self) -> RuleKind:
        limits = tuple(limit.freeze() for limit in self.limits)
        return Threshold(limits, self.repeats or 1, self.within)


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
    days: Days
    clear: Count0
    apart_hours: NotNegative = 0.0

    @model_validator(mode="after")
    def _clears(self) -> Self:
        if self.clear >= self.times:
            raise ValueError(f"clear = {self.clear} is not below times = {self.times}")
        return self

    def freeze(self) -> RuleKind:
        return Count(self.bound, self.times, self.days, self.clear, self.apart_hours)


class SeveralTable(Table):
    """Several limits broken on one day."""

    kind: Literal["several"]
    limits: Annotated[tuple[LimitTable, ...], Field(min_length=2)]
    least: Times

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.least > len(self.limits):
            raise ValueError(f"least = {self.least} is more than there are limits: it would never raise")
        return self

    def freeze(self) -> RuleKind:
        return Several(tuple(limit.freeze() for limit in self.limits), self.least)


class FailedTable(MeasuredTable):
    """Measurements without a value."""

    kind: Literal["failed"]
    days: Days
    apart_hours: Positive
    apart_source: Words

    @property
    def notes(self) -> Iterator[str]:
        yield f"how far apart: {self.apart_source}"

    def freeze(self) -> RuleKind:
        return Failed(self.measure, self.days, self.apart_hours)


class StrangerTable(Table):
    """A weight that may be another person's."""

    kind: Literal["stranger"]

    def freeze(self) -> RuleKind:
        return Stranger()


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
        return Event(self.marks, self.clear_hours, self.repeats or 1, self.within, self.vital)


EveryHours = Annotated[float, Field(ge=1, le=366 * 24)]
"""No day has room for oftener by hand; and nobody is missed who measures less than once a year."""


class SilenceTable(MeasuredTable):
    """Nothing measured for too long."""

    kind: Literal["silence"]
    every_hours: EveryHours
    grace_hours: NotNegative

    def freeze(self) -> RuleKind:
        return Silence(self.measure, self.every_hours, self.grace_hours)
