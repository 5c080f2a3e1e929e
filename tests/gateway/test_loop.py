"""The loop of the roles: a fault costs what is at fault, and the absence of the database nobody anything."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest
from psycopg import OperationalError

from gateway import faults
from gateway.database.leases import LeaseLost
from gateway.database.pool import Pool, is_away
from gateway.loop import Chore, divide, play
from tests.gateway.ward import NOON, Ward


async def worked_on(items: Sequence[int], *bad: int) -> tuple[list[int], list[int], int]:
    """What was done, what was left alone, and how often work was begun."""
    done, aside, begun = list[int](), list[int](), 0

    async def work(some: Sequence[int]) -> None:
        nonlocal begun
        begun += 1
        if not set(some).isdisjoint(bad):
            raise ValueError("Jo Doe")
        done.extend(some)

    async def alone(item: int, fault: Exception) -> None:
        assert isinstance(fault, ValueError)
        aside.append(item)

    await divide(items, work, alone)
    return done, aside, begun


async def test_what_is_at_fault_is_found_by_halves() -> None:
    everything = range(200)
    assert await worked_on(everything) == (list(everything), [], 1)
    done, aside, begun = await worked_on(everything, 77)
    assert (sorted([*done, 77]), aside) == (list(everything), [77])
    assert begun <= 17
    assert await worked_on([1, 2], 1, 2) == ([], [1, 2], 3)
    assert await worked_on([]) == ([], [], 0)


@pytest.mark.parametrize("interruption", [OperationalError("gone"), LeaseLost("another process")])
async def test_nothing_is_set_aside_for_what_is_no_items_fault(interruption: Exception) -> None:
    async def work(_: Sequence[int]) -> None:
        raise interruption

    async def alone(item: int, _: Exception) -> None:
        raise AssertionError(item)

    with pytest.raises(type(interruption)):
        await divide([1, 2], work, alone)


def test_a_database_that_is_away_is_known_in_a_group_too() -> None:
    away, fault = OperationalError("gone"), ValueError("Jo Doe")
    assert is_away(ExceptionGroup("tasks", [away, ExceptionGroup("more", [away])]))
    assert not is_away(ExceptionGroup("tasks", [away, fault]))
    assert not is_away(fault)


async def test_a_chore_that_fails_is_shown_and_the_others_go_on_until_it_heals(
    ward: Ward, pool: Pool
) -> None:
    stop, done, shown = asyncio.Event(), list[datetime](), list[str]()

    async def fail(_: datetime) -> None:
        if len(done) < 3:
            raise ValueError("Jo Doe")

    async def go_on(now: datetime) -> None:
        done.append(now)
        found = await faults.list_set_aside(ward.conn, ward.nurse.organisation_id, limit=10)
        await ward.conn.commit()
        shown.extend(f"{each.role} {each.kind} {each.item}: {each.reason}" for each in found)
        if len(done) > 3 and not found:
            stop.set()

    async with asyncio.timeout(60):
        await play("tidy", [Chore("bad", fail, 0.1), Chore("good", go_on, 0.1)], pool, stop, lambda: NOON)
    assert set(shown) == {"tidy chore bad: ValueError"}
