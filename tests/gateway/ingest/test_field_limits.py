"""The ends of every field that a hub sends: its neighbours are stored, and the numbers stay of use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from edge_agent.wire.codes import EventKind, ReadingKind
from edge_agent.wire.messages import Amount, BatchHeader, HubStatus, PatientEvent, Reading
from gateway.database.pool import Pool
from gateway.hubs import hubs
from gateway.hubs.registry import Registry
from gateway.hubs.status import keep_status
from gateway.ingest.batch import store_batch
from gateway.ingest.hub_status import MOST_AHEAD, believable
from gateway.ingest.message import Message
from gateway.operations import gauges
from tests.gateway.ward import EPOCH, HUB, NOON, Ward, deliver, glucose

HOSTILE: tuple[object, ...] = (
    *(None, True, "", "x", "\0", "\ud800", "x" * 5000, [], {}, [[]], -1, 0, 2**31, 2**63, 10**400),
    *(1e308, -1e308, 1e-300, 5e-324, -0.0, float("nan"), float("inf")),
    *("0001-01-01T00:00:00+14:00", "1979-12-31T23:59:59Z", "1980-01-01T00:00:00Z"),
    *("2126-03-01T12:00:00Z", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59"),
)
MEASURED = glucose(90.0).model_copy(
    update={"clock_offset_s": 0.0, "device_clock": NOON.replace(tzinfo=None), "sequence": 7, "user": 1}
)
EVENT = Reading(
    reading_id=uuid4(),
    kind=ReadingKind.EVENT,
    device=MEASURED.device,
    event=PatientEvent(kind=EventKind.INSULIN_DOSE, detail="regular", amount=Amount(value=9, unit="[iU]")),
    measured_at=NOON,
    captured_at=NOON,
    raw="00",
)


def ends(sent: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What is sent, with each field, also of the tables within, at each of its ends."""
    for name, value in sent.items():
        for end in HOSTILE:
            yield {**sent, name: end}
        if isinstance(value, dict):
            for inner in ends(value):
                yield {**sent, name: inner}


async def test_whatever_a_reading_holds_its_neighbours_are_stored(ward: Ward, pool: Pool) -> None:
    registry, minute = Registry(), 0
    for whole in (MEASURED, EVENT):
        messages = []
        for hostile in ends(whole.model_dump(mode="json")):
            minute += 2
            before, after = (glucose(90.0, NOON - timedelta(minutes=each)) for each in (minute, minute + 1))
            neighbours = [each.model_dump(mode="json", exclude_defaults=True) for each in (before, after)]
            payload = json.dumps({"readings": [neighbours[0], hostile, neighbours[1]]}).encode()
            header = BatchHeader(batch_id=uuid4(), epoch=EPOCH, first_position=3 * minute, count=3)
            opened = deliver(payload, header)
            assert isinstance(opened, Message)
            messages.append(opened)
        receipts = await store_batch(pool, registry, messages, NOON)
        assert len(receipts) == len(messages)
        for opened, (_, receipt) in zip(messages, receipts, strict=True):
            first = opened.header.first_position
            assert {first, first + 2} <= set(receipt.stored), (opened.payload[:500], receipt)


def statuses() -> Iterator[dict[str, Any]]:
    device = {"device": {"identifier": "cuff"}, "last_seen_at": "2026-03-01T12:00:00Z", "battery_percent": 9}
    plain = {
        "online": True, "at": "2026-03-01T12:00:00Z", "version": "1", "epoch": EPOCH, "assigned": 9,
        "receipted": 8, "waiting": 1, "clock_synchronised": True, "problems": [], "devices": [device],
        "care": "",
    }  # fmt: skip
    yield from ends(plain)
    yield from ({**plain, "devices": [each]} for each in ends(device))
    yield {**plain, "devices": [device] * 501}
    yield {**plain, "problems": ["clock-not-synchronised"] * 1000}


async def test_whatever_a_status_says_is_taken_or_refused_and_can_be_read_back(ward: Ward) -> None:
    taken = 0
    for said in statuses():
        try:
            status = HubStatus.model_validate_json(json.dumps(said))
        except (ValidationError, ValueError):
            continue
        for is_retained in (False, True):
            believed = await believable(ward.conn, HUB, status)
            await keep_status(ward.conn, HUB, believed, NOON, is_retained=is_retained)
            [hub] = await hubs.all_of(ward.conn, ward.nurse, after="", limit=10)
            assert hub.status_at is not None
            assert hub.status_at <= NOON
            assert (await gauges.read(ward.conn, NOON)).positions_missing <= MOST_AHEAD
        taken += 1
    assert taken > 20


@pytest.mark.parametrize("claimed", [2**31 - 1, MOST_AHEAD + 1])
async def test_a_hub_that_boasts_hides_nothing_that_others_miss(ward: Ward, claimed: int) -> None:
    boast = HubStatus(online=True, epoch=EPOCH, assigned=claimed, receipted=claimed)
    believed = await believable(ward.conn, HUB, boast)
    assert (believed.online, believed.epoch, believed.assigned, believed.receipted) == (
        True,
        EPOCH,
        None,
        None,
    )
    await keep_status(ward.conn, HUB, believed, NOON, is_retained=False)
    await hubs.add(ward.conn, ward.nurse.organisation_id, "home-2", "no password")
    missing = HubStatus(online=True, epoch=EPOCH, assigned=3, receipted=3)
    assert await believable(ward.conn, "home-2", missing) is missing
    await keep_status(ward.conn, "home-2", missing, NOON, is_retained=False)
    assert (await gauges.read(ward.conn, NOON)).positions_missing == 3


async def test_a_clock_ahead_does_not_keep_a_hub_online(ward: Ward) -> None:
    for at in (datetime(2100, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)):
        said = HubStatus(online=True, at=at)
        await keep_status(ward.conn, HUB, said, NOON, is_retained=True)
        [hub] = await hubs.all_of(ward.conn, ward.nurse, after="", limit=10)
        assert hub.status_at in {None, NOON}
