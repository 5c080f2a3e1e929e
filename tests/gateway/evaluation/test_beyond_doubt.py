"""A value beyond doubt is told always: in every set, circumstance, order of arrival and state of tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.policy import Work
from alerting.repeat import Check
from alerting.rules import Priority, RepeatUse, Requirement, Rule
from edge_agent.wire.vitals import Vital
from gateway.evaluation.finding import PriorState
from gateway.evaluation.judge import judge
from gateway.patients.programmes import Enrolment, rules_for
from gateway.readings.subjects import History, JudgedReading, ReadingKey, Subject
from gateway.rules import load_shipped
from gateway.rules.critical_values import load_critical_values
from gateway.trials.readings_file import Arrival
from gateway.trials.simulated_patient import SimulatedPatient
from gateway.trials.trial_events import RaisedEvent, TrialEvent
from tests.examples import examples

MARCH = datetime(2026, 3, 1, 7, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
SETS = load_shipped()
CRITICAL = load_critical_values()
BEYOND = {
    "severe-hypertension": (Vital.SYSTOLIC_BP, 250.0),
    "low-blood-pressure": (Vital.SYSTOLIC_BP, 60.0),
    "fast-pulse": (Vital.PULSE_RATE, 170.0),
    "slow-pulse": (Vital.PULSE_RATE, 20.0),
    "hypoglycaemia": (Vital.BLOOD_GLUCOSE, 25.0),
    "hyperglycaemia": (Vital.BLOOD_GLUCOSE, 700.0),
    "low-oxygen": (Vital.SPO2, 70.0),
    "fever": (Vital.BODY_TEMPERATURE, 41.5),
    "low-temperature": (Vital.BODY_TEMPERATURE, 31.0),
}
OTHERWISE = {
    Vital.SYSTOLIC_BP: (85.0, 125.0, 165.0, 190.0),
    Vital.PULSE_RATE: (38.0, 70.0, 125.0, 135.0),
    Vital.BLOOD_GLUCOSE: (45.0, 60.0, 110.0, 280.0, 420.0),
    Vital.SPO2: (85.0, 90.0, 93.0, 97.0),
    Vital.BODY_TEMPERATURE: (34.8, 36.5, 38.5, 39.5),
}
INTERRUPTS = {"created", "reopened", "raised", "woken"}
SOME_CIRCUMSTANCES = [
    frozenset(some) for number in range(len(Requirement) + 1) for some in combinations(Requirement, number)
]

conditions = st.sampled_from(sorted(BEYOND))
enrolments = st.lists(
    st.builds(Enrolment, st.sampled_from([*SETS, "of-another-version"]), st.booleans()),
    min_size=1,
    max_size=3,
)
circumstances = st.sampled_from(SOME_CIRCUMSTANCES)
hours = st.floats(0, 200)
works = st.builds(
    Work,
    open_priority=st.none() | st.sampled_from(Priority),
    is_claimed=st.booleans(),
    is_snoozed=st.booleans(),
    is_late=st.booleans(),
    is_shared=st.booleans(),
    check=st.none()
    | st.builds(
        Check, st.sampled_from(RepeatUse), st.just(MARCH.timestamp() - 600), st.just(MARCH.timestamp() + 600)
    ),
    last_episode=st.none() | st.integers(1, 2),
    completed_at=st.floats(MARCH.timestamp() - 1e6, MARCH.timestamp() + 1e6),
)


def test_there_is_a_value_for_each_condition() -> None:
    assert {rule.condition for rule in CRITICAL.rules} == BEYOND.keys()
    for vital, value in BEYOND.values():
        assert CRITICAL.passed(vital.code, value)
        assert not any(CRITICAL.passed(vital.code, other) for other in OTHERWISE[vital])


@examples(100)
@given(enrolled=enrolments, unmet=circumstances, condition=conditions, work=works, late_hours=hours)
def test_whatever_people_have_before_them(
    *,
    enrolled: Sequence[Enrolment],
    unmet: frozenset[Requirement],
    condition: str,
    work: Work,
    late_hours: float,
) -> None:
    """The raise interrupts; it joins alone what presses as much, and is before people."""
    vital, value = BEYOND[condition]
    reading = JudgedReading(1, ReadingKey(MARCH, 1, 0), {vital: value}, {})
    subject = Subject(1, 1, MARCH, rules_for(enrolled, SETS, unmet), ZONE)
    history = History.of([subject], [reading])
    known = PriorState(work={(1, condition): work})
    now = MARCH.timestamp() + late_hours * 3600
    [found] = [
        each
        for each in judge([subject], history, known, now, CRITICAL).findings
        if each.condition == condition
    ]
    assert [each.key for each in found.raises] == [reading.key]
    assert found.raises[0].rule.priority.outranks(Priority.URGENT)
    wakes = work.is_snoozed and work.open_priority is Priority.ASAP  # nothing above can be put aside
    presses = work.open_priority in (Priority.ASAP, Priority.STAT) and not wakes
    assert found.effect is not None
    assert found.effect in INTERRUPTS or (presses and found.effect == "joined")


@st.composite
def courses(draw: st.DrawFn) -> tuple[str, Sequence[tuple[float, float, float]]]:
    """A condition, and what is measured: hours, how many late it comes, and the value."""
    condition = draw(conditions)
    vital, beyond = BEYOND[condition]
    value = st.sampled_from([beyond, *OTHERWISE[vital]])
    late = st.just(0.0) | st.floats(0, 80)
    return condition, draw(st.lists(st.tuples(hours, late, value), min_size=1, max_size=12))


@examples(60)
@given(enrolled=enrolments, unmet=circumstances, course=courses(), done_after=st.none() | st.floats(0.1, 30))
def test_whatever_came_before_in_whatever_order(
    *,
    enrolled: Sequence[Enrolment],
    unmet: frozenset[Requirement],
    course: tuple[str, Sequence[tuple[float, float, float]]],
    done_after: float | None,
) -> None:
    """Each is told when it comes, and the first one since people were done interrupts."""
    by, (condition, measured) = rules_for(enrolled, SETS, unmet), course
    _, beyond = BEYOND[condition]
    is_told = False
    for value, events in _lived(by, condition, measured, done_after):
        mine = [each for each in events if each.condition == condition]
        if value is None:  # people are done
            is_told = is_told and not mine
            continue
        notified = [each for each in mine if each.event in (RaisedEvent.INTERRUPTION, RaisedEvent.JOINED)]
        if value == beyond:
            assert [each for each in notified if each.priority is Priority.ASAP]
            assert is_told or [each for each in notified if each.event is RaisedEvent.INTERRUPTION]
            is_told = True


def _lived(
    by: tuple[Rule, ...],
    condition: str,
    measured: Sequence[tuple[float, float, float]],
    done_after: float | None,
) -> Iterator[tuple[float | None, Sequence[TrialEvent]]]:
    """What happens at each value as it arrives, and where the team completes the task (None)."""
    vital, _ = BEYOND[condition]
    patient = SimulatedPatient("P1", Subject(1, 1, MARCH, by, ZONE))
    due: list[tuple[datetime, str]] = []
    for number, (at, late, value) in enumerate(sorted(measured, key=lambda each: each[0] + each[1])):
        when = MARCH + timedelta(hours=at, microseconds=number)
        now = when + timedelta(hours=late)
        for done_at, task in [each for each in due if each[0] <= now]:
            yield None, list(patient.complete(condition, task, done_at))
        due = [each for each in due if each[0] > now]
        events = list(patient.arrive(Arrival("P1", now, when, {vital: value}, {}, None)))
        if done_after is not None:
            due += [
                (now + timedelta(hours=done_after), str(each.task))
                for each in events
                if each.event is RaisedEvent.INTERRUPTION and each.condition == condition
            ]
        yield value, events


@pytest.mark.parametrize("condition", sorted(BEYOND))
@pytest.mark.parametrize("programme", list(SETS))
@pytest.mark.parametrize("circumstance", [None, *Requirement])
def test_the_first_one_of_a_patient(programme: str, circumstance: Requirement | None, condition: str) -> None:
    by = rules_for([Enrolment(programme)], SETS, [circumstance] if circumstance else [])
    [(_, events)] = _lived(by, condition, [(0.0, 0.0, BEYOND[condition][1])], None)
    [call] = [each for each in events if each.event is RaisedEvent.INTERRUPTION]
    assert (call.condition, call.priority) == (condition, Priority.ASAP)
