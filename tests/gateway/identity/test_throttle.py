"""How long an attempt to sign in waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.identity.throttle import COUNT_FOR, wait
from gateway.store.attempts import Attempts

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
