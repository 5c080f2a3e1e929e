"""How long an attempt to sign in has to wait, so that guessing is slow and locks nobody out. Pure.

Only what was let through counts. A browser in which the person has signed in before is let through whatever
comes from elsewhere, and has a limit of its own. So is whoever has a one-time password, which nobody guesses:
it is the way back for those whom guesses from many addresses keep waiting.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network

from gateway.staff.attempts import Attempts

COUNT_FOR = timedelta(minutes=15)
MAX_ATTEMPTS_FROM_ADDRESS = 5
"""At one account, from one address or in one known browser."""
MAX_ATTEMPTS_AT_ALL_ACCOUNTS = 50
"""From one address, which a whole clinic may share."""
IPV6_PREFIX = 64
"""Bits that the addresses of one line share at least (RFC 6177): its owner may use any of them."""
FREE_AT_ACCOUNT = 10
"""From then on each further attempt waits twice as long, from wherever it comes; and people are told."""
LONGEST_AT_ACCOUNT = timedelta(minutes=1)
FREE_IN_ALL = 300
LONGEST_IN_ALL = timedelta(seconds=2)


def address_block(address: str) -> str:
    """What counts as one address."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), IPV6_PREFIX), strict=False))


def wait(attempts: Attempts, now: datetime, *, is_one_time: bool = False) -> timedelta:
    """Of one from a browser that is not known; nothing if it may be looked at now."""
    if (
        attempts.at_account_from_address >= MAX_ATTEMPTS_FROM_ADDRESS
        or attempts.from_address >= MAX_ATTEMPTS_AT_ALL_ACCOUNTS
    ):
        return COUNT_FOR
    if is_one_time:
        return timedelta()
    at_account = _pause(attempts.at_account - FREE_AT_ACCOUNT, LONGEST_AT_ACCOUNT)
    in_all = _pause(attempts.in_all - FREE_IN_ALL, LONGEST_IN_ALL)
    return max(_left(at_account, attempts.last_at_account, now), _left(in_all, attempts.last, now))


def _pause(beyond: int, longest: timedelta) -> timedelta:
    """One second, two, four and so on."""
    return min(timedelta(seconds=2 ** min(beyond, 10)), longest) if beyond >= 0 else timedelta()


def _left(pause: timedelta, since: datetime | None, now: datetime) -> timedelta:
    return max(since + pause - now, timedelta()) if since is not None else timedelta()
