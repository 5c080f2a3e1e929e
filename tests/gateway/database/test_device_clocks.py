"""One record with two times is stored once, against the real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from edge_agent.wire.messages import Reading
from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from tests.gateway.ward import NOON, Ward, glucose, message

LOCAL_NOON = NOON.replace(hour=13, tzinfo=None)
"""What a clock in Berlin showed."""


def read(
    offset_s: float | None, *, value: float = 100.4, sequence: int = 5, shown: datetime = LOCAL_NOON
) -> Reading:
    """A record as a hub tells it that found the device's clock wrong by `offset_s`."""
    is_believed = offset_s is None or abs(offset_s) <= 120
    at = NOON + (shown - LOCAL_NOON) - timedelta(seconds=0 if is_believed else offset_s or 0)
    return glucose(value, at).model_copy(
        update={"device_clock": shown, "clock_offset_s": offset_s, "sequence": sequence}
    )


async def take_in(pool: Pool, *messages: tuple[Reading, ...]) -> list[str]:
    """What became of each reading."""
    now = NOON + timedelta(days=1)
    fates = []
    for each in messages:
        [(_, receipt)] = await store_batch(pool, Registry(), [message(*each, now=now)], now)
        found = dict.fromkeys(receipt.stored, "stored") | dict.fromkeys(receipt.before, "before")
        fates += [found[position] for position in sorted(found)]
    return fates


@pytest.mark.parametrize(
    ("first", "second"),
    [(-3600.0, -3604.5), (-3600.0, 20.0), (20.0, -3600.0), (None, 7200.0), (-3600.0, None)],
)
async def test_a_record_that_comes_with_another_time_is_known_by_its_device_clock(
    ward: Ward, pool: Pool, first: float | None, second: float | None
) -> None:
    assert read(first).measured_at != read(second).measured_at
    assert await take_in(pool, (read(first),), (read(second),), (read(first),)) == [
        "stored",
        "before",
        "before",
    ]
    assert await ward.count("reading") == 1


async def test_a_record_of_a_clock_that_cannot_be_is_known_whenever_it_is_read(
    ward: Ward, pool: Pool
) -> None:
    """It counts from when it was read: by another hub, or once more by one that has forgotten it."""
    never_set = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    first = glucose(100.4, never_set).model_copy(
        update={"device_clock": never_set.replace(tzinfo=None), "sequence": 5, "captured_at": NOON}
    )
    again = first.model_copy(update={"captured_at": NOON + timedelta(hours=3)})
    assert await take_in(pool, (first,), (again,), (first,)) == ["stored", "before", "before"]
    assert await ward.count("reading") == 1


async def test_both_in_one_message(ward: Ward, pool: Pool) -> None:
    assert await take_in(pool, (read(-3600.0), read(-3604.0))) == ["stored", "before"]
    assert await ward.count("reading") == await ward.count("raw_reading") == 1


async def test_another_record_of_a_wrong_clock_is_stored(ward: Ward, pool: Pool) -> None:
    others = (
        read(-3604.0, sequence=6),
        read(-3604.0, value=101.4),
        read(-3604.0, shown=LOCAL_NOON - timedelta(minutes=5)),
    )
    assert await take_in(pool, (read(-3600.0),), others) == ["stored"] * 4
    assert await ward.count("reading") == 4


async def test_only_clocks_that_were_wrong_are_remembered(ward: Ward, pool: Pool) -> None:
    await take_in(pool, (read(20.0), read(-3600.0, sequence=6), glucose(90.0)))
    assert await ward.count("corrected_reading") == 1
