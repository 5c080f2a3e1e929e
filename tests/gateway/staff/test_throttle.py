"""How long an attempt to sign in waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.staff.attempts import Attempts
from gateway.staff.throttle import COUNT_FOR, address_block, wait

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def attempts(
    *, here: int = 0, address: int = 0, account: int = 0, in_all: int = 0, ago_s: float = 0
) -> Attempts:
    last = NOW - timedelta(seconds=ago_s)
    return Attempts(here, address, account, last if account else None, in_all, last if in_all else None)


@pytest.mark.parametrize(
    ("before", "seconds"),
    [
        (attempts(), 0),
        (attempts(here=4, address=4, account=4, in_all=4), 0),
        (attempts(here=5), COUNT_FOR.total_seconds()),
        (attempts(address=49), 0),
        (attempts(address=50), COUNT_FOR.total_seconds()),
        (attempts(account=9), 0),
        (attempts(account=10), 1),
        (attempts(account=13), 8),
        (attempts(account=13, ago_s=3), 5),
        (attempts(account=13, ago_s=9), 0),
        (attempts(account=10_000), 60),
        (attempts(in_all=299), 0),
        (attempts(in_all=300), 1),
        (attempts(in_all=10_000), 2),
        (attempts(in_all=10_000, account=12), 4),
    ],
)
def test_guessing_grows_slow_and_never_stops_whoever_waits(before: Attempts, seconds: float) -> None:
    assert wait(before, NOW).total_seconds() == seconds


def test_a_one_time_password_waits_for_nobody_elsewhere() -> None:
    assert wait(attempts(here=4, account=10_000, in_all=10_000), NOW, is_one_time=True) == timedelta()
    assert wait(attempts(here=5), NOW, is_one_time=True) == COUNT_FOR


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_all_addresses_of_one_line_are_one_place(address: str, counted: str) -> None:
    assert address_block(address) == counted
