"""A device that fails is left alone for longer and longer; somebody who presses its button is not."""

from __future__ import annotations

from edge_agent.bluetooth.rests import LONGEST_REST_S, REST_S, WOKEN_AFTER_S, Rests

METER = "C0:26:DF:00:00:03"


def fail(rests: Rests, now: float, *, times: int = 1) -> None:
    for _ in range(times):
        rests.failed(METER, aborted=False)
    rests.begin(METER, now)


def test_a_device_never_seen_is_read() -> None:
    assert Rests().shown(METER, 0.0)


def test_one_that_was_read_and_still_shows_itself_rests() -> None:
    rests = Rests()
    rests.begin(METER, 100.0)
    assert not rests.shown(METER, 100.0 + REST_S - 1)
    assert rests.shown(METER, 100.0 + REST_S)


def test_one_that_always_shows_itself_and_always_fails_hardly_takes_the_radio_from_others() -> None:
    rests = Rests()
    fail(rests, 0.0, times=20)
    tried = [now for now in range(int(LONGEST_REST_S) + 1) if rests.shown(METER, float(now))]
    assert tried == [int(LONGEST_REST_S)]


def test_one_that_failed_often_and_is_woken_again_is_read_at_once() -> None:
    rests = Rests()
    rests.shown(METER, 0.0)
    fail(rests, 1.0, times=20)
    assert not rests.shown(METER, 30.0)
    assert rests.shown(METER, 30.0 + WOKEN_AFTER_S + 1)
    fail(rests, 92.0)
    assert rests.shown(METER, 92.0 + 2 * REST_S), "its failures of before are forgotten"


def test_success_ends_the_count() -> None:
    rests = Rests()
    fail(rests, 0.0, times=5)
    rests.read(METER)
    assert rests.seconds(METER) == REST_S
