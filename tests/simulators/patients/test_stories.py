"""Stories: the same by the same seed, dangerous where they say so, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from simulators.devices.values import BloodPressure, Glucose, Weight
from simulators.patients.body import Body
from simulators.patients.stories import CHAPTER, Event, Patient, Story

DAY = datetime(2026, 3, 2, tzinfo=UTC)
EVERY = timedelta(seconds=20)
FIRST_MINUTE = 3  # live measurements
HOURS = range(1, 24, 5)
SEEDS = range(1, 7)


def patient(story: Story, seed: int = 1, hour: int = 9) -> Patient:
    return Patient(Body.of(seed), story, DAY + timedelta(hours=hour))


def live(who: Patient, places: Iterable[int]) -> list[Event]:
    return [who.live(place, who.began + place * EVERY) for place in places]


def severe(event: Event) -> bool:
    match event.values:
        case BloodPressure(systolic, diastolic):
            return systolic > 180 or diastolic > 120
        case Glucose(mg_dl):
            return mg_dl < 54
        case Weight():
            return False


def gain(events: Iterable[Event], at: datetime) -> float:
    """The newest weight less the lowest of the three days before `at`, in kg."""
    window = [
        event.values.kg
        for event in events
        if isinstance(event.values, Weight) and at - timedelta(days=3) <= event.at <= at
    ]
    return window[-1] - min(window)


@pytest.mark.parametrize("story", Story)
def test_a_seed_tells_the_same_story_whatever_was_asked_before(story: Story) -> None:
    one, other = patient(story), patient(story)
    assert list(one.history(7)) == list(other.history(7))
    assert live(one, range(10))[9] == live(other, [9])[0]
    assert list(one.history(7)) != list(patient(story, seed=2).history(7))


@pytest.mark.parametrize("story", Story)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("hour", HOURS)
def test_the_past_holds_nothing_severe_and_lies_before_the_story(story: Story, seed: int, hour: int) -> None:
    who = patient(story, seed, hour)
    past = list(who.history(7))
    assert not any(severe(event) for event in past)
    assert past == sorted(past, key=lambda event: event.at)
    assert who.began - timedelta(days=7) <= past[0].at
    assert past[-1].at < who.began
    assert not list(who.history(0))


@pytest.mark.parametrize("story", [Story.HYPERTENSIVE_CRISIS, Story.HYPOGLYCAEMIA])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("hour", HOURS)
def test_the_crisis_comes_in_the_first_minute_once_a_chapter(story: Story, seed: int, hour: int) -> None:
    who = patient(story, seed, hour)
    assert any(severe(event) for event in live(who, range(FIRST_MINUTE)))
    assert sum(severe(event) for event in live(who, range(CHAPTER))) == 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("hour", HOURS)
def test_the_weight_gain_is_over_2_kg_within_3_days_of_the_first_minute(seed: int, hour: int) -> None:
    who = patient(Story.WEIGHT_GAIN, seed, hour)
    began = live(who, range(FIRST_MINUTE))
    assert gain([*who.history(7), *began], began[-1].at) > 2.0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("hour", HOURS)
def test_a_steady_patient_is_never_severe_and_gains_nothing(seed: int, hour: int) -> None:
    who = patient(Story.STEADY, seed, hour)
    events = [*who.history(7), *live(who, range(CHAPTER))]
    assert not any(severe(event) for event in events)
    assert gain(events, events[-1].at) < 1.5
    assert {type(event.values) for event in events} == {BloodPressure, Weight, Glucose}


def test_blood_pressure_dips_at_night_and_sugar_rises_after_a_meal() -> None:
    body = Body.of(1)
    night, day = (body.blood_pressure(DAY + timedelta(hours=hour)) for hour in (3, 15))
    assert night.systolic < 0.92 * day.systolic
    before, after = (body.glucose(DAY + timedelta(hours=hour)) for hour in (12.4, 13.5))
    assert after.mg_dl > before.mg_dl + 20
