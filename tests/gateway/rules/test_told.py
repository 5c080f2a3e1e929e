"""What has to be told is told: constantly bad values at the schedule of their set, and what rises slowly."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from alerting.rules import Priority
from edge_agent.wire.vitals import Vital
from gateway.cli import main
from gateway.rules import load_shipped
from gateway.trials.readings_file import Arrival
from gateway.trials.trial import Trial
from gateway.trials.trial_events import RaisedEvent, TrialEvent

SETS = load_shipped()
MARCH = datetime(2026, 3, 2, 6, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
LATER = timedelta(minutes=15)
WEEK = 7

Values = Mapping[Vital, float]


def pressure(systolic: float, diastolic: float) -> Values:
    return {Vital.SYSTOLIC_BP: systolic, Vital.DIASTOLIC_BP: diastolic}


def told(
    programme: str, readings: Iterable[tuple[timedelta, Values]], numbers: Mapping[str, float] | None = None
) -> Iterator[TrialEvent]:
    """The interruptions, nobody ever completing anything."""
    trial = Trial(SETS[programme].rules, {}, BERLIN, numbers)
    for since, values in readings:
        at = MARCH + since
        for event in trial.arrive(Arrival("P1", at, at, values, {}, None)):
            if event.event is RaisedEvent.INTERRUPTION:
                yield event


def daily(values: Iterable[Values], every_days: float = 1) -> list[tuple[timedelta, Values]]:
    """Once a day, or every so many, and a little later each time."""
    return [(number * (timedelta(days=every_days) + LATER), each) for number, each in enumerate(values)]


def weights(kilograms: Iterable[float], every_days: float = 1) -> list[tuple[timedelta, Values]]:
    return daily(({Vital.BODY_WEIGHT: each} for each in kilograms), every_days)


def days_until(events: Iterable[TrialEvent], rule: str | None = None) -> float:
    first = next(each for each in events if rule in (None, each.rule))
    return (first.at - MARCH) / timedelta(days=1)


@pytest.mark.parametrize(
    ("programme", "values"),
    [
        ("diabetes", {Vital.BLOOD_GLUCOSE: 390}),
        ("diabetes", {Vital.BLOOD_GLUCOSE: 299}),
        ("diabetes-low-risk", {Vital.BLOOD_GLUCOSE: 299}),
        ("hypertension", pressure(175, 118)),
        ("hypertension", pressure(180, 120)),
        ("hypertension", pressure(136, 80)),
        ("general", pressure(180, 120)),
        ("general", {Vital.SPO2: 92}),
        ("general", {Vital.PULSE_RATE: 130}),
        ("general", {Vital.BODY_TEMPERATURE: 39.0}),
    ],
)
def test_what_is_constantly_bad_is_told_within_a_week(programme: str, values: Values) -> None:
    assert days_until(told(programme, daily([values] * 10))) < WEEK


@pytest.mark.parametrize(
    ("programme", "calm", "bad"),
    [
        ("diabetes", {Vital.BLOOD_GLUCOSE: 140}, {Vital.BLOOD_GLUCOSE: 299}),
        (
            "hypertension",
            pressure(124, 76),
            pressure(175, 118),
        ),
        ("general", {Vital.PULSE_RATE: 72}, {Vital.PULSE_RATE: 130}),
        ("general", {Vital.BODY_TEMPERATURE: 36.6}, {Vital.BODY_TEMPERATURE: 39.0}),
    ],
)
def test_what_becomes_constantly_bad_is_told_within_a_week(programme: str, calm: Values, bad: Values) -> None:
    before = 20
    events = list(told(programme, daily([calm] * before + [bad] * 10)))
    assert before <= days_until(events) < before + WEEK


def test_high_glucose_four_times_a_day_is_told() -> None:
    assert days_until(told("diabetes", daily([{Vital.BLOOD_GLUCOSE: 299}] * 28, every_days=0.24))) < WEEK


def test_the_second_severe_high_may_be_on_the_next_day_whatever_the_hour() -> None:
    """Once a day: the second value is never within twelve hours."""
    [event, *_] = told("diabetes", daily([{Vital.BLOOD_GLUCOSE: 390}] * 2, every_days=1.3))
    assert (event.rule, event.priority) == ("glucose-above-300-twice", Priority.URGENT)


def test_a_second_low_is_told_and_ends_with_the_next_value_above() -> None:
    """A rule that held on for days would say of a patient who recovers that the low was confirmed."""
    trial = Trial(SETS["diabetes"].rules, {}, BERLIN)
    lows = daily({Vital.BLOOD_GLUCOSE: value} for value in (100, 65, 66))
    after = (lows[-1][0] + LATER, {Vital.BLOOD_GLUCOSE: 100.0})
    heard = [
        [(event.event, event.rule) for event in trial.arrive(Arrival("P1", at, at, values, {}, None))]
        for at, values in ((MARCH + since, values) for since, values in (*lows, after))
    ]
    assert heard[1] == []
    assert (RaisedEvent.INTERRUPTION, "glucose-below-70-twice") in heard[2]
    assert RaisedEvent.EPISODE_CLEARED in [event for event, _ in heard[3]]


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_three_days_are_calendar_days(minutes: int) -> None:
    readings = weights((80.0, 80.7, 81.4))
    readings.append((timedelta(days=3, minutes=minutes), {Vital.BODY_WEIGHT: 82.1}))
    assert [event.rule for event in told("heart-failure", readings)] == ["weight-gain-3-days"]


def test_the_days_are_those_of_the_patient() -> None:
    """Just before and after midnight in Berlin, both on one day in Greenwich: four days ago, not three."""
    late = {Vital.BODY_WEIGHT: 80.0}, {Vital.BODY_WEIGHT: 82.0}
    readings = [(timedelta(hours=16, minutes=50), late[0]), (timedelta(days=1), {Vital.BODY_WEIGHT: 81.5})]
    readings.append((timedelta(days=3, hours=17, minutes=10), late[1]))
    assert "weight-gain-3-days" not in [event.rule for event in told("heart-failure", readings)]


@pytest.mark.parametrize(
    ("kilograms", "every_days", "told_at"),
    [
        ((80, 80, 80, 83, 86, 90), 4, 4),
        ((80, 81.3, 82.6, 83.9), 4, 3),
        ((80, 80, 80, 80, 80.8, 81.6, 82.4), 4, 7),
        ([80 + 0.5 * number for number in range(24)], 3.5, 6),
    ],
)
def test_a_weight_that_is_seldom_measured_and_rises_is_told(
    kilograms: Sequence[float], every_days: float, told_at: int
) -> None:
    """At which weight at the latest."""
    days = days_until(told("heart-failure", weights(kilograms, every_days)))
    assert days <= (told_at - 1) * (every_days + 0.02)


@pytest.mark.parametrize("away", [5, 40, 400])
def test_a_gain_is_held_against_the_last_known_weight_however_old(away: int) -> None:
    """As after a stay in hospital; a second weight of the same day is held against it too."""
    readings = weights([80.0, 80.2, 79.9, 80.1, 80.0])
    back = readings[-1][0] + timedelta(days=away)
    readings += [(back, {Vital.BODY_WEIGHT: 88.0}), (back + LATER, {Vital.BODY_WEIGHT: 88.1})]
    events = list(told("heart-failure", readings))
    assert ("weight-gain-3-days", MARCH + back) in [(each.rule, each.at) for each in events]


def test_a_slow_gain_is_told_before_two_kilograms_above_the_reference_weight() -> None:
    kilograms = [80 + 0.06 * number for number in range(90)]
    days = days_until(
        told("heart-failure", weights(kilograms), {"dry_weight": 80.0}), "weight-above-dry-weight"
    )
    assert 0.06 * days < 2


def from_file(tmp_path: Path, programme: str, *rows: str) -> list[tuple[str, str]]:
    """The rules that interrupt, and when, by `rules try`; a row is minutes since, vital, value and unit."""
    file = tmp_path / "readings.csv"
    lines = ["patient,vital,value,unit,measured_at"]
    for row in rows:
        minutes, _, what = row.partition(" ")
        at = MARCH + timedelta(minutes=int(minutes))
        lines.append(f"P1,{what},{at.isoformat()}")
    file.write_text("\n".join(lines) + "\n")
    tried = CliRunner().invoke(main, ["rules", "try", programme, str(file), "--zone", "Europe/Berlin"])
    assert tried.exit_code == 0, tried.output
    events = map(json.loads, tried.stdout.splitlines())
    return [(each["rule"], each["priority"]) for each in events if each["event"] == "interruption"]


FAILED = "systolic_bp,failed,mmHg"
GOOD = "systolic_bp,128,mmHg"


@pytest.mark.parametrize(
    ("rows", "is_told"),
    [
        ((f"0 {FAILED}", f"60 {FAILED}"), True),
        ((f"0 {FAILED}", f"30 {FAILED}", f"61 {FAILED}"), True),
        ((f"0 {FAILED}", f"1440 {FAILED}"), True),
        ((f"1010 {FAILED}", f"1030 {FAILED}"), True),  # shortly before midnight in Berlin, and after
        ((f"0 {FAILED}", f"5 {FAILED}", f"59 {FAILED}"), False),
        ((f"0 {FAILED}", f"30 {GOOD}", f"90 {FAILED}"), False),
        ((f"0 {FAILED}", f"{8 * 1440} {FAILED}"), False),
    ],
)
def test_a_device_that_goes_on_failing_is_told(tmp_path: Path, rows: Sequence[str], is_told: bool) -> None:
    told_of = from_file(tmp_path, "hypertension", *rows)
    assert told_of == [("blood-pressure-failed", "routine")] * is_told


@pytest.mark.parametrize(
    ("flag", "rule"),
    [("pulse-below-range", "pulse-below-range"), ("pulse-above-range", "pulse-above-range")],
)
def test_a_pulse_that_the_cuff_cannot_count_is_told(tmp_path: Path, flag: str, rule: str) -> None:
    told_of = from_file(
        tmp_path, "general", "0 systolic_bp,124,mmHg", "0 diastolic_bp,76,mmHg", f"0 {flag},,"
    )
    assert told_of == [(rule, "urgent")]


@pytest.mark.parametrize(
    ("programme", "rows", "expected"),
    [
        ("diabetes", ("0 hypoglycaemic-symptoms,,",), ("symptoms-of-a-low", "urgent")),
        (
            "diabetes",
            ("0 blood_glucose,65,mg/dL", "61 hypoglycaemic-symptoms,,"),
            ("symptoms-of-a-low", "urgent"),
        ),
        (
            "diabetes",
            ("0 blood_glucose,75,mg/dL", "1 hypoglycaemic-symptoms,,"),
            ("symptoms-of-a-low", "urgent"),
        ),
        (
            "diabetes",
            ("0 blood_glucose,65,mg/dL", "30 hypoglycaemic-symptoms,,"),
            ("low-with-symptoms", "urgent"),
        ),
        ("diabetes-low-risk", ("0 hypoglycaemic-symptoms,,",), ("symptoms-of-a-low-at-low-risk", "routine")),
        (
            "diabetes-low-risk",
            ("0 blood_glucose,60,mg/dL", "5 hypoglycaemic-symptoms,,"),
            ("low-with-symptoms", "urgent"),
        ),
    ],
)
def test_symptoms_are_told_with_a_number_and_without(
    tmp_path: Path, programme: str, rows: Sequence[str], expected: tuple[str, str]
) -> None:
    assert from_file(tmp_path, programme, *rows) == [expected]


def test_several_values_a_little_off_on_one_day_are_a_reason_to_look(tmp_path: Path) -> None:
    pulse, warm = "pulse_rate,115,/min", "body_temperature,38.4,Cel"
    assert from_file(tmp_path, "general", f"0 {pulse}", f"600 {warm}") == [
        ("several-a-little-off", "routine")
    ]
    assert from_file(tmp_path, "general", f"0 {pulse}", f"{1440} {warm}") == []
    assert from_file(tmp_path, "general", f"0 {pulse}", f"600 {pulse}") == []


def test_no_rule_gives_values_a_score() -> None:
    """Parts of every score are missing at home: a rule may take a number from one, never its name."""
    for rule_set in SETS.values():
        for rule in rule_set.rules:
            assert "score" not in rule.title.lower()
            assert "warning" not in rule.title.lower()


CALM = tuple(85 + 0.1 * (number % 3) for number in range(30))


@pytest.mark.parametrize("stranger", [60.0, 110.0])
def test_a_stranger_on_the_scale_is_part_of_no_average(stranger: float) -> None:
    """Asked whose it is, and no word of a rise or a fall of the weeks around it."""
    events = list(told("heart-failure", weights((*CALM, stranger, *CALM))))
    about = [event.rule for event in events if event.condition != "weight-gain"]
    assert about == ["strange-weight"]
    assert {event.rule for event in events} <= {"strange-weight", "weight-gain-3-days"}


@pytest.mark.parametrize("stranger", [60.0, 110.0])
def test_a_real_rise_is_told_as_if_no_stranger_had_been_there(stranger: float) -> None:
    rise = (85.4, 86.0, 86.6, 87.2, 87.8)
    readings = weights((*CALM, *rise))
    alone = raised("heart-failure", readings)
    assert {rule for rule, _ in alone} == {"weight-gain-8-days"}
    before = readings[len(CALM)][0] - timedelta(hours=2)
    readings.insert(len(CALM), (before, {Vital.BODY_WEIGHT: stranger}))
    beside = raised("heart-failure", readings)
    assert {(rule, at) for rule, at in beside if at != MARCH + before} == alone


def raised(programme: str, readings: Iterable[tuple[timedelta, Values]]) -> set[tuple[str | None, datetime]]:
    """The rules that raise, and when; whether they interrupt or join."""
    trial = Trial(SETS[programme].rules, {}, BERLIN)
    arrivals = (Arrival("P1", MARCH + since, MARCH + since, values, {}, None) for since, values in readings)
    events = chain.from_iterable(map(trial.arrive, arrivals))
    told_of = (RaisedEvent.INTERRUPTION, RaisedEvent.JOINED)
    return {(event.rule, event.at) for event in events if event.event in told_of}


def completing(programme: str, readings: Iterable[tuple[timedelta, Values]]) -> list[TrialEvent]:
    """The interruptions where a team completes within the hour what it is told."""
    trial = Trial(SETS[programme].rules, dict.fromkeys(Priority, timedelta(hours=1)), BERLIN)
    arrivals = (Arrival("P1", MARCH + since, MARCH + since, values, {}, None) for since, values in readings)
    events = chain.from_iterable(map(trial.arrive, arrivals))
    return [event for event in events if event.event is RaisedEvent.INTERRUPTION]


def test_a_weight_that_stays_is_the_patients_own_after_some_days() -> None:
    """Eight kilograms less after a stay in hospital: asked about, and then what is usual."""
    readings = weights((*CALM, *(77.0 + 0.1 * (number % 3) for number in range(12))))
    events = completing("heart-failure", readings)
    asked = [event.at for event in events if event.rule == "strange-weight"]
    assert 1 <= len(asked) <= 4
    assert max(asked) - min(asked) < timedelta(days=4)
