"""What lines of a log become, and why some become nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.wire.codes import AbsentReason, EventKind, Meal, ReadingKind
from edge_agent.wire.messages import Amount, Device, PatientEvent, Quantity, Reading
from edge_agent.wire.vitals import Vital
from simulators.replay.uci import Log, UnusableLine, read_log

METER = Device(identifier="uci-data-77")


def log_of(*lines: str) -> Log:
    return read_log("\n".join(lines).encode(), METER)


def only_reading(line: str) -> Reading:
    log = log_of(line)
    assert log.unusable == ()
    (reading,) = log.readings.values()
    return reading


def test_a_glucose_line_is_a_reading_of_its_own_time_and_place() -> None:
    line = "04-21-1991\t9:09\t58\t100"
    reading = only_reading(line)
    assert reading.kind is ReadingKind.BLOOD_GLUCOSE
    assert reading.device == METER
    assert reading.values == {Vital.BLOOD_GLUCOSE: Quantity(value=100, unit="mg/dL")}
    assert reading.measured_at == datetime(1991, 4, 21, 14, 9, tzinfo=UTC)  # summer time, UTC-5
    assert reading.captured_at == reading.measured_at
    assert reading.device_clock is not None
    assert reading.device_clock.isoformat() == "1991-04-21T09:09:00"
    assert bytes.fromhex(reading.raw) == line.encode()


def test_in_winter_the_zone_is_an_hour_further() -> None:
    assert only_reading("12-21-1989\t8:00\t58\t100").measured_at == datetime(1989, 12, 21, 14, tzinfo=UTC)


def test_a_minute_may_have_one_digit() -> None:
    assert only_reading("08-20-1990\t11:0\t60\t194").measured_at == datetime(1990, 8, 20, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "meal"),
    [
        *((code, Meal.PREPRANDIAL) for code in ("58", "60", "62", "64")),
        *((code, Meal.POSTPRANDIAL) for code in ("59", "61", "63")),
        *((code, None) for code in ("48", "57")),
    ],
)
def test_the_code_says_how_a_value_stands_to_meals(code: str, meal: Meal | None) -> None:
    assert only_reading(f"04-21-1991\t9:09\t{code}\t100").meal == meal


@pytest.mark.parametrize(
    ("value", "reason"), [("0Hi", AbsentReason.ABOVE_RANGE), ("0Lo", AbsentReason.BELOW_RANGE)]
)
def test_a_value_beyond_the_meter_is_absent_with_its_direction(value: str, reason: AbsentReason) -> None:
    reading = only_reading(f"10-31-1989\t12:00\t60\t{value}")
    assert reading.values == {}
    assert reading.absent == {Vital.BLOOD_GLUCOSE: reason}


def dose(detail: str, units: float) -> PatientEvent:
    amount = Amount(value=units, unit="[iU]")
    return PatientEvent(kind=EventKind.INSULIN_DOSE, detail=detail, amount=amount)


@pytest.mark.parametrize(
    ("code", "value", "event"),
    [
        ("33", "009", dose("regular", 9)),
        ("34", "6.5", dose("nph", 6.5)),
        ("35", "14", dose("ultralente", 14)),
        ("65", "0", PatientEvent(kind=EventKind.HYPOGLYCAEMIC_SYMPTOMS)),
        ("66", "0", PatientEvent(kind=EventKind.MEAL, detail="typical")),
        ("67", "0", PatientEvent(kind=EventKind.MEAL, detail="more-than-usual")),
        ("68", "0", PatientEvent(kind=EventKind.MEAL, detail="less-than-usual")),
        ("69", "0", PatientEvent(kind=EventKind.EXERCISE, detail="typical")),
        ("70", "0", PatientEvent(kind=EventKind.EXERCISE, detail="more-than-usual")),
        ("71", "0", PatientEvent(kind=EventKind.EXERCISE, detail="less-than-usual")),
        ("72", "", PatientEvent(kind=EventKind.OTHER)),
    ],
)
def test_other_codes_are_events_of_the_patient(code: str, value: str, event: PatientEvent) -> None:
    reading = only_reading(f"04-21-1991\t9:09\t{code}\t{value}")
    assert reading.kind is ReadingKind.EVENT
    assert reading.event == event
    assert reading.values == {}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("04-21-1991\t9:09\t58", "not four fields: date, time, code, value"),
        ("04-21-1991\t9:09\t58\t100\t1", "not four fields: date, time, code, value"),
        ("\t138\t33\t3A", "the date is not MM-DD-YYYY"),
        ("1991-04-21\t9:09\t58\t100", "the date is not MM-DD-YYYY"),
        ("04-21-1991\t909\t58\t100", "the time is not HH:MM"),
        ("06-31-1991\t07:50\t58\t149", "no such date or time"),
        ("04-21-1991\t24:00\t58\t100", "no such date or time"),
        ("04-21-0000\t9:09\t58\t100", "no such date or time"),
        ("12-31-9999\t23:59\t58\t100", "no such date or time"),
        ("04-21-1991\t9:09\t56\t100", "code 56 is not documented"),
        ("04-21-1991\t9:09\t0\t", "code 0 is not documented"),
        ("04-21-1991\t9:09\t058\t100", "code 058 is not documented"),
        ("04-21-1991\t9:09\tfifty\t100", "the code is not a number"),
        ("04-21-1991\t9:09\t58\t000", "a glucose value of zero"),
        ("04-21-1991\t9:09\t58\t9000", "outside what can be measured"),
        ("04-21-1991\t9:09\t58\t", "the value is not a number"),
        ("04-21-1991\t9:09\t58\t-5", "the value is not a number"),
        ("04-21-1991\t9:09\t58\tnan", "the value is not a number"),
        ("04-21-1991\t9:09\t58\t1e3", "the value is not a number"),
        ("04-21-1991\t9:09\t33\t0Hi", "the value is not a number"),
        ("04-21-1991\t9:09\t58\t10\u0660", "not ASCII"),
        ("04-21-1991\t9:09\t58\t" + "1" * 100, "longer than 100 bytes"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_reason(line: str, reason: str) -> None:
    log = log_of("", line)
    assert log.unusable == (UnusableLine(2, reason),)
    assert log.lines == 1


def test_headings_are_read_at_the_top_alone() -> None:
    headings = "Date\t\tTime\tCode\tValue"
    log = log_of(headings, "04-21-1991\t9:09\t58\t100", headings)
    assert log.headings == (1,)
    assert list(log.readings) == [2]
    assert [each.line for each in log.unusable] == [3]


def test_the_same_line_again_is_the_same_measurement_and_another_code_is_not() -> None:
    log = log_of("06-27-1989\t20:30\t62\t90", "06-27-1989\t20:30\t48\t90", "06-27-1989\t20:30\t62\t90")
    assert list(log.readings) == [1, 2]
    assert len({reading.reading_id for reading in log.readings.values()}) == 2
    assert log.repeats == (3,)


def test_ids_stay_the_same_for_a_log_and_differ_between_logs() -> None:
    line = b"06-27-1989\t20:30\t62\t90"
    (one,) = read_log(line, METER).readings.values()
    (again,) = read_log(b"\n" + line + b"\r\n", METER).readings.values()
    (other,) = read_log(line, Device(identifier="uci-data-78")).readings.values()
    assert one.reading_id == again.reading_id != other.reading_id


def test_readings_are_in_the_order_of_their_times() -> None:
    log = log_of("06-28-1989\t7:00\t58\t90", "06-27-1989\t20:30\t62\t90", "06-27-1989\t7:00\t58\t90")
    times = [reading.measured_at for reading in log.in_order()]
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert len(times) == 3


FIELDS = st.one_of(
    st.sampled_from(["04-21-1991", "02-30-1990", "9:09", "58", "33", "65", "100", "0", "0Hi", ""]),
    st.text(max_size=12),
)
LINES = st.one_of(
    st.binary(max_size=120), st.lists(FIELDS, max_size=6).map(lambda each: "\t".join(each).encode())
)


@given(st.lists(LINES, max_size=12).map(b"\n".join))
def test_whatever_a_file_holds_each_line_with_text_is_counted_once(content: bytes) -> None:
    log = read_log(content, METER)
    assert log.lines == sum(bool(line.strip()) for line in content.splitlines())
    numbers = [*log.headings, *log.readings, *log.repeats, *(each.line for each in log.unusable)]
    assert len(set(numbers)) == len(numbers)
