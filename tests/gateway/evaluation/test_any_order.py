"""Whatever the order of delivery: the same episodes, every raise told once, no dangerous value untold."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.episodes import Episode
from alerting.rules import Priority
from edge_agent.wire.vitals import Vital
from gateway.evaluation.finding import Condition, Judgement, Known
from gateway.evaluation.judge import judge
from gateway.evaluation.subjects import History, ReadingKey, StoredReading, Subject
from gateway.rules import load_shipped
from gateway.rules.beyond_doubt import load_beyond_doubt

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
SETS = load_shipped()
RULES = tuple(
    rule
    for name in ("diabetes", "general")
    for rule in SETS[name].rules
    if rule.rule_id
    in ("glucose-below-54", "glucose-above-400", "glucose-above-300-twice", "severe-blood-pressure")
)
SUBJECT = Subject(1, 1, MARCH, RULES, ZoneInfo("Europe/Berlin"))
Values = Sequence[tuple[int, Vital, float]]
"""Minutes since the beginning, a vital and its value."""

values = st.lists(
    st.one_of(
        st.tuples(
            st.integers(0, 4000), st.just(Vital.BLOOD_GLUCOSE), st.sampled_from([40.0, 53, 60, 90, 310, 450])
        ),
        st.tuples(st.integers(0, 4000), st.just(Vital.SYSTOLIC_BP), st.sampled_from([120.0, 170, 185, 230])),
    ),
    max_size=20,
)


class Chart:
    """What is known of a patient while readings come in."""

    def __init__(self) -> None:
        self.readings: list[StoredReading] = []
        self.episodes: dict[Condition, tuple[Episode, ...]] = {}
        self.told: dict[Condition, dict[ReadingKey, Priority]] = {}

    def arrive(self, number: int, value: tuple[int, Vital, float]) -> Judgement:
        minutes, vital, number_of_it = value
        key = ReadingKey(MARCH + timedelta(minutes=minutes), 1, number)
        insort(self.readings, StoredReading(1, key, {vital: number_of_it}, {}), key=lambda each: each.key)
        return self.judge(key.measured_at)

    def judge(self, since: datetime) -> Judgement:
        """Judge from then on; at readings' own times nothing is late."""
        subject = Subject(1, 1, since, RULES, SUBJECT.zone)
        history = History.of([subject], self.readings)
        known = Known(self.episodes, self.told)
        found = judge([subject], history, known, MARCH.timestamp(), load_beyond_doubt())
        for finding in found.findings:
            key = finding.subject.patient_id, finding.condition
            changed = {each.number: each for each in finding.episodes}
            before = {each.number: each for each in self.episodes.get(key, ())}
            self.episodes[key] = tuple((before | changed).values())
            self.told.setdefault(key, {}).update({each.key: each.rule.priority for each in finding.raises})
        return found

    def stretches(self) -> dict[Condition, list[tuple[float, float | None]]]:
        return {
            key: sorted((each.opened_at, each.cleared_at) for each in episodes)
            for key, episodes in self.episodes.items()
        }


def numbered(given_values: Values) -> list[tuple[int, tuple[int, Vital, float]]]:
    return list(enumerate(given_values))


@settings(max_examples=60, deadline=None)
@given(values, st.randoms(use_true_random=False))
def test_any_order_of_delivery_ends_in_the_same_episodes(given_values: Values, random: Random) -> None:
    in_order, shuffled = Chart(), Chart()
    rows = numbered(given_values)
    for number, value in sorted(rows, key=lambda row: row[1][0]):
        in_order.arrive(number, value)
    random.shuffle(rows)
    for number, value in rows:
        shuffled.arrive(number, value)
    assert shuffled.stretches() == in_order.stretches()


@settings(max_examples=60, deadline=None)
@given(values)
def test_every_dangerous_value_is_told_when_it_comes_and_judging_again_says_nothing(
    given_values: Values,
) -> None:
    chart = Chart()
    for number, value in numbered(given_values):
        found = chart.arrive(number, value)
        raised = {each.key.tie for finding in found.findings for each in finding.raises}
        _, vital, measured = value
        low_or_high = vital is Vital.BLOOD_GLUCOSE and not 54 <= measured <= 400
        if low_or_high or (vital is Vital.SYSTOLIC_BP and measured > 180):
            assert number in raised
        assert chart.judge(MARCH).findings == []
