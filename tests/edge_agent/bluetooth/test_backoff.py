"""A device that fails is left alone for longer and longer; somebody who presses its button is not."""

from __future__ import annotations

import pytest

from edge_agent.bluetooth.backoff import (
    LONGEST_REST_S,
    REST_S,
    RETRY_S,
    SIGN_HOLDS_S,
    WOKEN_AFTER_S,
    Backoff,
    Backoffs,
)
from edge_agent.bluetooth.errors import Trouble

ADAPTER = "/org/bluez/hci0"
METER = f"{ADAPTER}/dev_C0_26_DF_00_00_03"


def fail(backoff: Backoff, now: float, *, times: int = 1) -> None:
    for _ in range(times):
        backoff.failed(now)


def test_a_device_never_seen_is_read() -> None:
    assert Backoff().shown(0.0)


def test_one_that_was_read_and_still_shows_itself_rests() -> None:
    backoff = Backoff()
    backoff.read(100.0)
    assert not backoff.shown(100.0 + REST_S - 1)
    assert backoff.shown(100.0 + REST_S)


def test_one_that_always_shows_itself_and_always_fails_hardly_takes_the_radio_from_others() -> None:
    backoff = Backoff()
    backoff.shown(0.0)
    fail(backoff, 0.0, times=20)
    tried = [now for now in range(int(LONGEST_REST_S) + 1) if backoff.shown(float(now))]
    assert tried == [int(LONGEST_REST_S)]


def test_one_that_failed_often_and_is_woken_again_is_read_at_once() -> None:
    backoff = Backoff()
    backoff.shown(0.0)
    fail(backoff, 1.0, times=20)
    assert not backoff.shown(30.0)
    assert backoff.shown(30.0 + WOKEN_AFTER_S + 1)
    fail(backoff, 92.0)
    assert backoff.shown(92.0 + 2 * REST_S), "its failures of before are forgotten"


def test_one_that_was_waited_for_and_shows_itself_for_the_first_time_was_woken() -> None:
    backoff = Backoff()
    fail(backoff, 1.0, times=20)
    assert backoff.shown(2.0)


def test_success_ends_the_count() -> None:
    backoff = Backoff()
    fail(backoff, 0.0, times=5)
    backoff.read(0.0)
    assert backoff.is_over(REST_S)


def test_what_may_be_interference_is_no_trouble_until_it_happens_again() -> None:
    backoff = Backoff()
    assert not backoff.failed(0.0, Trouble.BOND_LOST)
    assert backoff.is_over(RETRY_S)
    assert not backoff.failed(1.0, Trouble.BOND_LOST)
    assert backoff.failed(2.0, Trouble.BOND_LOST)
    assert not backoff.is_over(2.0 + RETRY_S)


def test_a_reading_between_two_signs_of_trouble_takes_the_first_back() -> None:
    backoff = Backoff()
    backoff.failed(0.0, Trouble.NOT_PAIRED)
    backoff.read(1.0)
    assert not backoff.failed(2.0, Trouble.NOT_PAIRED)


def test_who_wakes_what_wants_to_be_paired_may_be_about_to_pair_it() -> None:
    backoff = Backoff()
    backoff.shown(0.0)
    backoff.leave_to_person(0.0)
    assert not backoff.shown(WOKEN_AFTER_S + 1)
    assert backoff.shown(LONGEST_REST_S)


def test_what_bluez_has_forgotten_is_left_alone_no_shorter_and_remembered_no_longer() -> None:
    backoffs = Backoffs()
    backoffs.of(METER).leave_to_person(0.0)
    backoffs.keep((), LONGEST_REST_S - 1)
    assert not backoffs.of(METER).is_over(0.0)
    backoffs.keep((METER,), LONGEST_REST_S)
    assert not backoffs.of(METER).is_over(0.0)
    backoffs.keep((), LONGEST_REST_S)
    assert backoffs.of(METER).is_over(0.0)


def test_a_sign_of_trouble_is_remembered_of_a_stranger_that_comes_once_a_day() -> None:
    backoffs = Backoffs()
    assert not backoffs.of(METER).failed(0.0, Trouble.NOT_PAIRED)
    backoffs.keep((), 86400.0)
    assert backoffs.of(METER).failed(86400.0, Trouble.NOT_PAIRED)
    backoffs.keep((), 86400.0 + SIGN_HOLDS_S)
    assert not backoffs.of(METER).failed(90000.0 + SIGN_HOLDS_S, Trouble.NOT_PAIRED)


@pytest.mark.parametrize("ended", [METER, ADAPTER])
def test_it_ends_with_what_caused_it(ended: str) -> None:
    backoffs = Backoffs()
    fail(backoffs.of(METER), 0.0, times=20)
    backoffs.end("/org/bluez/hci1")
    backoffs.end(f"{ADAPTER}/dev_C0_26_DF_00_00_0")
    assert not backoffs.of(METER).is_over(1.0)
    backoffs.end(ended)
    assert backoffs.of(METER).is_over(1.0)
