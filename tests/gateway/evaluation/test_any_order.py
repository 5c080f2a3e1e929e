"""Whatever the order of delivery: the same episodes, every raise told once, no dangerous value untold."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from alerting.episodes import Episode
from alerting.rules import Priority
from edge_agent.wire.vitals import Vital
from gateway.evaluation.finding import Condition, Finding, Judgement, PriorState
from gateway.evaluation.judge import judge
from gateway.readings.subjects import History, JudgedReading, ReadingKey, Subject
from gateway.rules import load_shipped
from gateway.rules.critical_values import load_critical_values
from tests.examples import examples

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
"""Minutes since the beginning, a vital and its value, in order of arrival."""
ONE_MOMENT = [
    (0, Vital.BLOOD_GLUCOSE, 40.0),
    (0, Vital.SYSTOLIC_BP, 185.0),
    (2, Vital.SYSTOLIC_BP, 185.0),
    (1, Vital.SYSTOLIC_BP, 120.0),
    (1, Vital.SYSTOLIC_BP, 185.0),
]
"""The raise at minute 1 comes when the clear of that moment has parted what is before from what is after."""

minutes = st.one_of(st.integers(0, 5), st.integers(0, 4000))
glucose = st.sampled_from([40.0, 53, 60, 90, 310, 450])
systolic = st.sampled_from([120.0, 170, 185, 230])
values = st.lists(
    st.one_of(
        st.tuples(minutes, st.just(Vital.BLOOD_GLUCOSE), glucose),
        st.tuples(minutes, st.just(Vital.SYSTOLIC_BP), systolic),
    ),
    max_size=20,
)


class Chart:
    """What is known of a patient while readings come in."""

    def __init__(self) -> None:
        self.readings: list[JudgedReading] = []
        self.episodes: dict[Condition, tuple[Episode, ...]] = {}
        self.told: dict[Condition, dict[ReadingKey, Priority]] = {}
        self.evidence: dict[Condition, dict[ReadingKey, int]] = defaultdict(dict)

    def arrive(self, number: int, value: tuple[int, Vital, float]) -> Judgement:
        minutes, vital, number_of_it = value
        key = ReadingKey(MARCH + timedelta(minutes=minutes), 1, number)
        insort(self.readings, JudgedReading(1, key, {vital: number_of_it}, {}), key=lambda each: each.key)
        return self.judge(key.measured_at)

    def judge(self, since: datetime) -> Judgement:
        """Judge from then on; at readings' own times nothing is late."""
        subject = Subject(1, 1, since, RULES, SUBJECT.zone)
        history = History.of([subject], self.readings)
        known = PriorState(self.episodes, self.told)
        found = judge([subject], history, known, MARCH.timestamp(), load_critical_values())
        for finding in found.findings:
            key = finding.subject.patient_id, finding.condition
            self.episodes[key] = finding.episodes_after(self.episodes.get(key, ()))
            self.told.setdefault(key, {}).update({each.key: each.rule.priority for each in finding.raises})
            self._write_evidence(self.evidence[key], finding)
        return found

    @staticmethod
    def _write_evidence(evidence: dict[ReadingKey, int], finding: Finding) -> None:
        absorbed = dict(finding.absorbed)
        evidence.update({key: absorbed.get(number, number) for key, number in evidence.items()})
        evidence.update(finding.moved)
        evidence.update({each.key: each.episode_number for each in finding.raises})

    def stretches(self) -> dict[Condition, list[tuple[float, float | None]]]:
        return {
            key: sorted((each.opened_at, each.cleared_at) for each in episodes)
            for key, episodes in self.episodes.items()
        }

    def stretches_of_evidence(self) -> dict[Condition, dict[ReadingKey, tuple[float, float | None]]]:
        """Of which stretch each reading is evidence."""
        return {
            condition: {
                key: next((e.opened_at, e.cleared_at) for e in self.episodes[condition] if e.number == number)
                for key, number in evidence.items()
            }
            for condition, evidence in self.evidence.items()
        }


def numbered(given_values: Values) -> list[tuple[int, tuple[int, Vital, float]]]:
    return list(enumerate(given_values))


@examples(60)
@given(values)
@example(ONE_MOMENT)
def test_any_order_of_delivery_ends_in_the_same_episodes(given_values: Values) -> None:
    in_order, as_it_came = Chart(), Chart()
    rows = numbered(given_values)
    for number, value in sorted(rows, key=lambda row: row[1][0]):
        in_order.arrive(number, value)
    for number, value in rows:
        as_it_came.arrive(number, value)
    assert as_it_came.stretches() == in_order.stretches()
    assert as_it_came.stretches_of_evidence() == in_order.stretches_of_evidence()


@examples(60)
@given(values)
@example(ONE_MOMENT)
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
