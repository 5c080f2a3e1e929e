"""The file as a whole: its rules, whom they are for, and what each judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from alerting.kinds.change import Change
from alerting.kinds.combination import Combination
from alerting.kinds.count import Count
from alerting.kinds.crossing import Crossing
from alerting.kinds.kind import Measure, RuleKind
from alerting.kinds.target import OffTarget
from alerting.kinds.threshold import Threshold
from alerting.rules import Applicability, Priority, Repeat, RepeatUse, Requirement, Rule, RuleSet, Strength
from edge_agent.wire.vitals import Vital
from gateway.rules.tables.basics import Name, NotNegative, Positive, Table, Words
from gateway.rules.tables.limits import (
    AverageTable,
    CountTable,
    EventTable,
    FailedTable,
    SeveralTable,
    SilenceTable,
    StrangerTable,
    ThresholdTable,
)
from gateway.rules.tables.trends import (
    CrossingTable,
    CusumTable,
    EwmaTable,
    GainTable,
    LossTable,
    OffTargetTable,
    SlopeTable,
    UnusualTable,
    VariabilityTable,
)

PartTable = Annotated[
    ThresholdTable
    | GainTable
    | LossTable
    | OffTargetTable
    | AverageTable
    | SlopeTable
    | UnusualTable
    | EwmaTable
    | CusumTable
    | CrossingTable
    | VariabilityTable
    | CountTable
    | EventTable,
    Field(discriminator="kind"),
]


class CombinationTable(Table):
    """Parts that raise within hours of each other; each part is a table with a kind of its own."""

    kind: Literal["combination"]
    parts: Annotated[tuple[PartTable, ...], Field(min_length=2)]
    within_hours: Positive

    def freeze(self) -> RuleKind:
        return Combination(tuple(part.freeze() for part in self.parts), self.within_hours)


class ForTable(Table):
    """Something that must be so of a patient, and who says so."""

    requirement: Requirement
    source: Words

    def freeze(self) -> Applicability:
        return Applicability(self.requirement, self.source)


CHECKED = frozenset(
    vital.code
    for vital in (
        Vital.SYSTOLIC_BP,
        Vital.DIASTOLIC_BP,
        Vital.MEAN_ARTERIAL_PRESSURE,
        Vital.BODY_WEIGHT,
    )
)
"""Whose normal second value can show that a high first one was wrong. A low, a fast or slow pulse and a lack
of oxygen come and go."""


class RepeatTable(Table):
    """A second measurement to ask for, and who says so."""

    use: RepeatUse
    after_minutes: NotNegative
    within_minutes: Positive
    source: Words

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.within_minutes <= self.after_minutes:
            raise ValueError("within_minutes is not more than after_minutes: nobody could follow it")
        return self

    def freeze(self) -> Repeat:
        return Repeat(self.use, self.after_minutes, self.within_minutes, self.source)


class _Only(NamedTuple):
    """The one limit of a rule, in its vital's unit. `outward` is 1 where a higher one is looser, else -1."""

    measure: Measure
    value: float
    outward: float


def _only_limit(kind: RuleKind) -> _Only | None:
    match kind:
        case Change() | Crossing() | OffTarget():
            return _Only(kind.measure, kind.limit, 1.0)
        case Count(bound=bound):
            return _Only(bound.measure, bound.value, 1.0 if bound.comparison.is_upper else -1.0)
    return None


class RuleTable(Table):
    """A rule. In the file the keys of its kind stand beside its own; here they are in `judge`."""

    id: Name
    condition: Name
    title: Words
    priority: Priority
    source: Words
    strength: Strength
    steps: Annotated[tuple[Words, ...], Field(min_length=1)]
    whom: tuple[ForTable, ...] = ()
    instead: tuple[ForTable, ...] = ()
    repeat: RepeatTable | None = None
    needs_review: bool = False
    hard_floor: Positive | None = None
    hard_floor_source: Words | None = None
    judge: Annotated[
        PartTable | CombinationTable | SilenceTable | SeveralTable | FailedTable | StrangerTable,
        Field(discriminator="kind"),
    ]

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, table: object) -> object:
        if not isinstance(table, Mapping):
            return table
        names = cls.own_keys()
        own = {key: value for key, value in table.items() if key in names}
        return own | {"judge": {key: value for key, value in table.items() if key not in own}}

    @model_validator(mode="after")
    def _checkable(self) -> Self:
        kind = self.judge.freeze()
        is_check = self.repeat is not None and self.repeat.use is RepeatUse.MEASUREMENT_CHECK
        is_low = isinstance(kind, Threshold) and not all(
            limit.bound.comparison.is_upper for limit in kind.limits
        )
        if is_check and (is_low or not CHECKED.issuperset(kind.vitals)):
            raise ValueError(
                f"a {RepeatUse.MEASUREMENT_CHECK} withdraws only a high {', '.join(sorted(CHECKED))}; "
                f"allowed here is {RepeatUse.RECOVERY_CHECK}"
            )
        return self

    @model_validator(mode="after")
    def _loosened(self) -> Self:
        if (self.hard_floor is None) != (self.hard_floor_source is None):
            raise ValueError("hard_floor and hard_floor_source go together")
        if self.hard_floor is None:
            return self
        only = _only_limit(self.judge.freeze())
        if only is None:
            raise ValueError(
                f"a {self.judge.kind} has no single limit in its vital's unit: allowed is hard_floor with"
                " gain, loss, off-target, crossing and count, and in each of the limits of a threshold"
            )
        if only.outward * self.hard_floor < only.outward * only.value:
            raise ValueError(f"hard_floor = {self.hard_floor:g} is stricter than the limit {only.value:g}")
        return self

    @property
    def _floor_notes(self) -> Iterator[str]:
        only = _only_limit(self.judge.freeze())
        if self.hard_floor is not None and only is not None:
            furthest = only.measure.text(self.hard_floor)
            yield f"one clinician may loosen it as far as {furthest}: {self.hard_floor_source}"

    @classmethod
    def own_keys(cls) -> list[str]:
        """The keys that a rule of any kind has."""
        return [name for name in cls.model_fields if name != "judge"]

    def freeze(self, version: str) -> Rule:
        return Rule(
            rule_id=self.id,
            version=version,
            condition=self.condition,
            title=self.title,
            priority=self.priority,
            kind=self.judge.freeze(),
            source=self.source,
            strength=self.strength,
            steps=self.steps,
            whom=tuple(each.freeze() for each in self.whom),
            instead=tuple(each.freeze() for each in self.instead),
            notes=(*self.judge.notes, *self._floor_notes),
            repeat=None if self.repeat is None else self.repeat.freeze(),
            needs_review=self.needs_review,
            hard_floor=self.hard_floor,
        )


class FileTable(Table):
    """A rule set."""

    version: Words
    title: Words
    whom: tuple[ForTable, ...] = ()
    rules: Annotated[tuple[RuleTable, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        for rule_id, count in Counter(rule.id for rule in self.rules).items():
            if count > 1:
                raise ValueError(f"rule id {rule_id!r} stands {count} times; expected once")
        return self

    def freeze(self, name: str) -> RuleSet:
        """The set as it is judged, called `name`."""
        return RuleSet(
            name=name,
            version=self.version,
            title=self.title,
            whom=tuple(each.freeze() for each in self.whom),
            rules=tuple(rule.freeze(self.version) for rule in self.rules),
        )
