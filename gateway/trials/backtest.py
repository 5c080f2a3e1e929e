"""What other rules would have done with the readings that were stored, beside the rules in force. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from alerting.rules import Priority, Rule, RuleSet
from gateway.trials.readings_file import Arrival
from gateway.trials.trial import Trial
from gateway.trials.trial_events import RaisedEvent, TrialEvent

Caught = tuple[str, datetime]
"""A condition, and when the reading was measured that raised it."""


@dataclass(frozen=True)
class Question:
    """What is to be tried: a programme's rules in force and new ones, since when, with which team."""

    rule_sets: Mapping[str, RuleSet]  # in force, by name
    programme: str
    new: RuleSet
    since: datetime
    now: datetime
    team: Mapping[Priority, timedelta]


@dataclass(frozen=True)
class Person:
    """A patient whose readings are tried: as in force, and by the rules that are new."""

    identifier: str
    zone: ZoneInfo
    in_force: tuple[Rule, ...]
    new: tuple[Rule, ...]
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def look_back_days(self) -> float:
        return max((rule.kind.look_back_days for rule in (*self.in_force, *self.new)), default=0.0)

    @property
    def known_before(self) -> set[str]:
        return {vital for rule in (*self.in_force, *self.new) for vital in rule.kind.known_before}


@dataclass(frozen=True)
class Calls:
    """How often somebody's attention was taken."""

    urgent: int = 0  # and above
    routine: int = 0

    def __add__(self, other: Calls) -> Calls:
        return Calls(self.urgent + other.urgent, self.routine + other.routine)


@dataclass(frozen=True)
class Difference:
    """What the new rules change for one patient, or for all: `added` and `lost` readings by their rule."""

    patient: str
    days: int = 0  # with a reading
    now: Calls = Calls()
    then: Calls = Calls()
    added: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        return bool(self.added or self.lost) or self.now != self.then

    def plus(self, other: Difference) -> Difference:
        return Difference(
            patient=self.patient,
            days=self.days + other.days,
            now=self.now + other.now,
            then=self.then + other.then,
            added=dict(Counter(self.added) + Counter(other.added)),
            lost=dict(Counter(self.lost) + Counter(other.lost)),
        )

    def as_row(self) -> Mapping[str, object]:
        """For JSON."""
        return asdict(self)


def lines(
    person: Person, rules: tuple[Rule, ...], arrivals: Iterable[Arrival], team: Mapping[Priority, timedelta]
) -> Iterator[TrialEvent]:
    """What happens, by these rules, as `rules try` says it."""
    trial = Trial(rules, team, person.zone, person.numbers)
    return chain.from_iterable(map(trial.arrive, arrivals))


def differ(
    person: Person, arrivals: Sequence[Arrival], team: Mapping[Priority, timedelta], since: datetime
) -> Difference:
    """What is other, from `since` on; earlier arrivals are there to look back on."""
    now, caught_now = _sum(lines(person, person.in_force, arrivals, team), since)
    then, caught_then = _sum(lines(person, person.new, arrivals, team), since)
    return Difference(
        patient=person.identifier,
        days=len({each.at.astimezone(person.zone).date() for each in arrivals if each.at >= since}),
        now=now,
        then=then,
        added=_by_rule(caught_then, caught_now),
        lost=_by_rule(caught_now, caught_then),
    )


def _sum(events: Iterable[TrialEvent], since: datetime) -> tuple[Calls, Mapping[Caught, str]]:
    urgent = routine = 0
    caught: dict[Caught, str] = {}
    for each in events:
        if (
            each.at < since
            or each.rule is None
            or each.event not in (RaisedEvent.INTERRUPTION, RaisedEvent.JOINED)
        ):
            continue
        caught[each.condition, each.evidence[-1].key.measured_at] = each.rule
        if each.event is RaisedEvent.INTERRUPTION:
            routine += each.priority is Priority.ROUTINE
            urgent += each.priority is not Priority.ROUTINE
    return Calls(urgent, routine), caught


def _by_rule(caught: Mapping[Caught, str], elsewhere: Collection[Caught]) -> Mapping[str, int]:
    """How many readings of each rule are not caught elsewhere."""
    return dict(Counter(rule for each, rule in caught.items() if each not in elsewhere))
