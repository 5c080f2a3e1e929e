"""Whatever arrives is opened or refused in words; nothing that a hub sends can end the process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from edge_agent.wire.codes import AbsentReason, Flag
from edge_agent.wire.messages import Batch, Quantity, Reading
from edge_agent.wire.vitals import Vital
from gateway.ingest.message import Message, Rejection, read_message
from simulators.fuzz import fuzzed_messages
from tests.gateway.ward import glucose

TOPIC = "hearthbeat/1/home-1/readings"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ONE = {"epoch": "7", "first-position": "1", "count": "1"}


def opened(payload: bytes) -> Message:
    message = read_message(TOPIC, payload, UUID(int=1).bytes, ONE, NOW)
    assert isinstance(message, Message)
    return message


@pytest.mark.parametrize(
    "payload", [b'{"readings":' * 100_000, b'{"readings":[' + b"[" * 100_000], ids=["objects", "lists"]
)
def test_brackets_without_end_are_refused_whole(payload: bytes) -> None:
    assert isinstance(opened(payload).content, Rejection)


def test_a_number_of_more_digits_than_can_be_read_takes_no_neighbour_along() -> None:
    reading = glucose(100.0).model_dump_json()
    endless = reading.replace('"value":100.0', '"value":' + "1" * 5_000)
    assert endless != reading
    two = {**ONE, "count": "2"}
    payload = f'{{"readings":[{reading},{endless}]}}'.encode()
    message = read_message(TOPIC, payload, UUID(int=1).bytes, two, NOW)
    assert isinstance(message, Message)
    assert not isinstance(message.content, Rejection)
    assert [type(each) for each in message.content] == [Reading, Rejection]


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_time_that_utc_cannot_say_is_refused(year: str) -> None:
    reading = glucose(100.0).model_dump_json().replace("2026-03-01T12:00:00Z", year)
    content = opened(b'{"readings":[' + reading.encode() + b"]}").content
    assert not isinstance(content, Rejection)
    (item,) = content
    assert isinstance(item, Rejection)
    assert item.reason == ("measured_at: Value error, outside the years 1 to 9999 in UTC")


def test_a_capture_in_the_future_is_refused() -> None:
    reading = glucose(100.0, NOW).model_copy(update={"captured_at": NOW.replace(year=2099)})
    content = opened(Batch(readings=(reading,)).model_dump_json().encode()).content
    assert not isinstance(content, Rejection)
    (item,) = content
    assert isinstance(item, Rejection)
    assert item.reason == "captured_at: more than five minutes ahead of the gateway's clock"


def test_each_position_of_a_readable_header_is_accounted_for() -> None:
    for message in fuzzed_messages(seed=1, count=3000, epoch=7, now=NOW):
        result = read_message(TOPIC, message.payload, message.correlation, dict(message.properties), NOW)
        assert isinstance(result, Message) == bool(message.count)
        if isinstance(result, Message):
            assert result.header.count == message.count
            assert isinstance(result.content, Rejection) or len(result.content) == message.count


@pytest.mark.parametrize(
    "measured_at", [NOW.replace(year=1970), NOW + timedelta(hours=1), NOW.replace(year=2090)]
)
def test_a_time_that_cannot_be_takes_no_value_along(measured_at: datetime) -> None:
    sent = glucose(40.0, NOW).model_copy(update={"measured_at": measured_at})
    (kept,) = readings_of(sent)
    assert kept.values == sent.values
    assert (kept.measured_at, kept.flags) == (NOW, (Flag.TIME_FAULT,))


def test_a_number_that_cannot_be_takes_no_other_along() -> None:
    """Cuffs without a mean write 0."""
    numbers = {Vital.SYSTOLIC_BP: 200, Vital.DIASTOLIC_BP: 125, Vital.MEAN_ARTERIAL_PRESSURE: 0}
    values = {vital: Quantity(value=number, unit=vital.unit) for vital, number in numbers.items()}
    (kept,) = readings_of(glucose(100.0, NOW).model_copy(update={"values": values}))
    assert [each.value for each in kept.values.values()] == [200, 125]
    assert kept.absent == {Vital.MEAN_ARTERIAL_PRESSURE: AbsentReason.IMPLAUSIBLE}


def test_a_capture_before_there_were_hubs_is_refused() -> None:
    sent = glucose(100.0, NOW.replace(year=1970))
    content = opened(Batch(readings=(sent,)).model_dump_json().encode()).content
    assert not isinstance(content, Rejection)
    assert [each.reason for each in content if isinstance(each, Rejection)] == ["captured_at: before 1980"]


def readings_of(sent: Reading) -> list[Reading]:
    content = opened(Batch(readings=(sent,)).model_dump_json().encode()).content
    assert not isinstance(content, Rejection)
    return [each for each in content if isinstance(each, Reading)]
