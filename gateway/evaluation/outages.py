"""Which hubs are out of reach, and whether that is one fault or many. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

TOGETHER = timedelta(minutes=15)
"""Hubs that went within so long of each other may have gone by one fault."""
MANY = 3
MOST = 0.5
"""At least so many, and at least such a share of those that were there, make one fault of it. Ours."""


@dataclass(frozen=True)
class HubHeard:
    """When a hub was heard last."""

    hub_id: int
    organisation_id: int
    heard_at: datetime


@dataclass(frozen=True)
class Away:
    """A hub from which nothing comes; `hub_id` None: most hubs of the organisation, by one fault."""

    organisation_id: int
    hub_id: int | None
    began_at: datetime


def away(hubs: Iterable[HubHeard], silent_since: datetime) -> Iterator[Away]:
    """Who was not heard from since then. A common fault stands beside the hubs it took away."""
    by_organisation: dict[int, list[HubHeard]] = defaultdict(list)
    for hub in hubs:
        by_organisation[hub.organisation_id].append(hub)
    for mine in by_organisation.values():
        gone = [hub for hub in mine if hub.heard_at < silent_since]
        yield from (Away(hub.organisation_id, hub.hub_id, hub.heard_at) for hub in gone)
        if gone:
            yield from _in_common(mine, gone)


def _in_common(hubs: Sequence[HubHeard], gone: Sequence[HubHeard]) -> Iterator[Away]:
    """The fault that took the last ones away, if it took most of those that were still there."""
    since = max(hub.heard_at for hub in gone) - TOGETHER
    together = [hub for hub in gone if hub.heard_at >= since]
    there = sum(hub.heard_at >= since for hub in hubs)
    if len(together) >= max(MANY, MOST * there):
        first = min(together, key=lambda hub: hub.heard_at)
        yield Away(first.organisation_id, None, first.heard_at)


def is_same(one: Away, other: Away) -> bool:
    """Whether both tell of the same time away; of a common fault the beginning is found only roughly."""
    if (one.organisation_id, one.hub_id) != (other.organisation_id, other.hub_id):
        return False
    return abs(one.began_at - other.began_at) <= (TOGETHER if one.hub_id is None else timedelta())
