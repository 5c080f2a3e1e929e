from __future__ import annotations

from datetime import datetime

import pytest

from edge_agent.reading_ids import OutboxPosition, device_reading_id, hub_reading_id

CUFF = "AA:BB:CC:00:00:02"
RAW = bytes.fromhex("1e7b005000")
CLOCK = datetime.fromisoformat("2026-03-01T07:30")


def test_what_a_device_says_again_is_the_same_reading_on_any_hub() -> None:
    first = device_reading_id(CUFF, RAW, sequence=7, device_clock=CLOCK)
    assert first is not None
    assert first == device_reading_id(CUFF, RAW, sequence=7, device_clock=CLOCK)


@pytest.mark.parametrize(
    "other",
    [
        device_reading_id("AA:BB:CC:00:00:03", RAW, sequence=7, device_clock=CLOCK),
        device_reading_id(CUFF, RAW + b"\x00", sequence=7, device_clock=CLOCK),
        device_reading_id(CUFF, RAW, sequence=8, device_clock=CLOCK),
        device_reading_id(CUFF, RAW, sequence=7, device_clock=CLOCK.replace(minute=31)),
        device_reading_id(CUFF, RAW, sequence=7, device_clock=None),
        device_reading_id(CUFF, RAW, sequence=None, device_clock=CLOCK),
    ],
)
def test_another_device_content_number_or_time_is_another_reading(other: object) -> None:
    assert other != device_reading_id(CUFF, RAW, sequence=7, device_clock=CLOCK)


def test_a_device_without_number_and_clock_cannot_tell_two_measurements_apart() -> None:
    assert device_reading_id(CUFF, RAW, sequence=None, device_clock=None) is None


def test_a_sequence_number_of_zero_is_a_number() -> None:
    assert device_reading_id(CUFF, RAW, sequence=0, device_clock=None) is not None


def test_the_same_weight_twice_is_two_readings_by_their_places() -> None:
    ids = {
        hub_reading_id("hub-1", OutboxPosition(1, 1), CUFF, RAW),
        hub_reading_id("hub-1", OutboxPosition(1, 2), CUFF, RAW),
        hub_reading_id("hub-1", OutboxPosition(2, 1), CUFF, RAW),
        hub_reading_id("hub-2", OutboxPosition(1, 1), CUFF, RAW),
    }
    assert len(ids) == 4


def test_ids_never_change() -> None:
    """A gateway holds ids that were given years ago: these two were written down once."""
    known = device_reading_id(CUFF, RAW, sequence=7, device_clock=CLOCK)
    assert str(known) == "47d931be-1e2e-500d-87c1-5f1be70b4f78"
    assert (
        str(hub_reading_id("hub-1", OutboxPosition(1, 1), CUFF, RAW))
        == "c4987da1-343d-5e40-92ab-5259dc05b580"
    )
