"""What a second measurement may change, and when one is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from alerting.repeat import Check, RepeatState, answer, ask
from alerting.rules import Repeat, RepeatUse
from alerting.verdict import Outcome

PRESSURE = Repeat(RepeatUse.MEASUREMENT_CHECK, after_minutes=5, within_minutes=30, source="a guideline")
GLUCOSE = Repeat(RepeatUse.RECOVERY_CHECK, after_minutes=15, within_minutes=30, source="a guideline")
R, K, C, N = Outcome.RAISE, Outcome.KEEP, Outcome.CLEAR, Outcome.NO_DATA
MINUTE = 60.0
SOUND = np.zeros(3, dtype=bool)


def test_a_repeat_is_asked_for_from_when_it_means_something() -> None:
    asked = ask(PRESSURE, 0, MINUTE, is_beyond_doubt=False)
    assert asked == Check(RepeatUse.MEASUREMENT_CHECK, 5 * MINUTE, 35 * MINUTE)
    late = ask(PRESSURE, 0, 20 * MINUTE, is_beyond_doubt=False)
    assert late == Check(
        RepeatUse.MEASUREMENT_CHECK, 5 * MINUTE, 50 * MINUTE
    )  # it is asked for from arrival on
    assert ask(PRESSURE, 0, 36 * MINUTE, is_beyond_doubt=False) is None
    assert ask(None, 0, 0, is_beyond_doubt=False) is None


def test_beyond_doubt_nothing_is_withdrawn() -> None:
    asked = ask(PRESSURE, 0, 0, is_beyond_doubt=True)
    assert asked is not None
    assert asked.use is RepeatUse.RECOVERY_CHECK


@pytest.mark.parametrize(
    ("repeat", "outcomes", "state"),
    [
        (PRESSURE, [R, C, C], RepeatState.WITHDRAWN),
        (PRESSURE, [R, N, C], RepeatState.WITHDRAWN),
        (PRESSURE, [R, R, C], RepeatState.CONFIRMED),
        (PRESSURE, [R, K, C], RepeatState.CONFIRMED),
        (GLUCOSE, [R, C, R], RepeatState.RECOVERED),
        (GLUCOSE, [R, N, N], None),
    ],
)
def test_the_first_reading_in_time_answers(
    repeat: Repeat, outcomes: list[Outcome], state: RepeatState | None
) -> None:
    check = ask(repeat, 0, 0, is_beyond_doubt=False)
    assert check is not None
    found = answer(check, np.array([0, 16, 20]) * MINUTE, np.array(outcomes, dtype=np.int8), SOUND[:3])
    assert (None if found is None else found[0]) is state


def test_what_comes_too_soon_or_too_late_is_no_repeat() -> None:
    check = Check(RepeatUse.MEASUREMENT_CHECK, 5 * MINUTE, 35 * MINUTE)
    assert answer(check, np.array([2, 36]) * MINUTE, np.array([C, C], dtype=np.int8), SOUND[:2]) is None


@pytest.mark.parametrize("outcomes", [[R], [R, R], [R, C]])
@pytest.mark.parametrize("after_minutes", [0, 0.001, 5])
@pytest.mark.parametrize("use", RepeatUse)
def test_no_measurement_is_its_own_repeat(
    use: RepeatUse, after_minutes: float, outcomes: list[Outcome]
) -> None:
    """What a device says within one second is one measurement, in however many readings."""
    check = ask(Repeat(use, after_minutes, 30, "a guideline"), 100, 100, is_beyond_doubt=False)
    assert check is not None
    times = np.linspace(100.0, 100.5, len(outcomes), dtype=np.float64)
    assert answer(check, times, np.array(outcomes, dtype=np.int8), SOUND[: len(outcomes)]) is None


@pytest.mark.parametrize("doubted", [R, K, C])
def test_what_a_device_doubts_is_no_repeat(doubted: Outcome) -> None:
    check = ask(PRESSURE, 0, 0, is_beyond_doubt=False)
    assert check is not None
    times, in_doubt = np.array([0, 6, 7]) * MINUTE, np.array([False, True, False])
    found = answer(check, times, np.array([R, doubted, C], dtype=np.int8), in_doubt)
    assert found == (RepeatState.WITHDRAWN, 2)
    assert answer(check, times[:2], np.array([R, doubted], dtype=np.int8), in_doubt[:2]) is None
