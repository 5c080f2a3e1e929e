"""When an adapter that starts no scan is taken for stuck."""

from __future__ import annotations

from edge_agent.bluetooth.radio import STUCK_AFTER_S, StuckAdapter

NEW_BLUETOOTHD_S = 15.0
"""For so long a new bluetoothd is given its time: the kernel may still scan for the one before."""


def test_it_is_not_within_the_time_of_a_new_bluetoothd() -> None:
    adapter = StuckAdapter()
    assert not any(adapter.failed(100.0 + second) for second in range(int(NEW_BLUETOOTHD_S) + 1))


def test_it_is_when_it_has_refused_for_long() -> None:
    adapter = StuckAdapter()
    assert not adapter.failed(100.0)
    assert not adapter.failed(100.0 + STUCK_AFTER_S - 1)
    assert adapter.failed(100.0 + STUCK_AFTER_S)


def test_a_scan_between_begins_the_time_anew() -> None:
    adapter = StuckAdapter()
    adapter.failed(100.0)
    adapter.worked()
    assert not adapter.failed(100.0 + STUCK_AFTER_S)
