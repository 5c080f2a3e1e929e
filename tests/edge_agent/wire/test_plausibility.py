"""The check of one reading: what cannot be takes nothing along."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.wire.codes import AbsentReason, Flag
from edge_agent.wire.messages import Quantity, Reading
from edge_agent.wire.plausibility import without_what_cannot_be
from edge_agent.wire.vitals import Vital
from tests.edge_agent.page.home_page import blood_pressure

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def said(**values: float) -> Reading:
    quantities = {
        (vital := Vital.from_code(code)): Quantity(value=value, unit=vital.unit)
        for code, value in values.items()
    }
    return blood_pressure(AT).model_copy(update={"values": quantities, "captured_at": AT})


@given(systolic=st.floats(-1e6, 1e6), mean=st.floats(-1e6, 1e6))
def test_each_vital_is_kept_or_absent_by_itself(systolic: float, mean: float) -> None:
    reading = said(systolic_bp=systolic, mean_arterial_pressure=mean)
    checked = without_what_cannot_be(reading)
    for vital in (Vital.SYSTOLIC_BP, Vital.MEAN_ARTERIAL_PRESSURE):
        if vital.is_plausible(reading.values[vital].value):
            assert checked.values[vital] == reading.values[vital]
        else:
            assert vital not in checked.values
            assert checked.absent[vital] is AbsentReason.IMPLAUSIBLE
    assert (checked.reading_id, checked.measured_at, checked.raw) == (reading.reading_id, AT, reading.raw)
    assert without_what_cannot_be(checked) == checked


def test_a_reading_of_which_nothing_can_be_is_a_reading_still() -> None:
    checked = without_what_cannot_be(said(systolic_bp=0, diastolic_bp=0))
    assert checked.values == {}
    assert Reading.model_validate_json(checked.model_dump_json()) == checked


def test_what_the_device_said_in_its_own_unit_goes_with_its_value() -> None:
    original = {Vital.SYSTOLIC_BP: Quantity(value=0, unit="kPa")}
    checked = without_what_cannot_be(said(systolic_bp=0).model_copy(update={"original": original}))
    assert checked.original == {}


@pytest.mark.parametrize(
    "measured_at", [datetime(1979, 12, 31, 23, tzinfo=UTC), AT + timedelta(minutes=6), AT.replace(year=2090)]
)
def test_a_time_that_cannot_be_takes_no_value_along(measured_at: datetime) -> None:
    reading = said(systolic_bp=200).model_copy(update={"measured_at": measured_at})
    checked = without_what_cannot_be(reading)
    assert checked.values == reading.values
    assert (checked.measured_at, checked.flags) == (AT, (Flag.TIME_FAULT,))
    assert without_what_cannot_be(checked) == checked


@pytest.mark.parametrize("measured_at", [datetime(1980, 1, 1, tzinfo=UTC), AT, AT + timedelta(minutes=5)])
def test_a_time_that_may_be_stays(measured_at: datetime) -> None:
    reading = said(systolic_bp=200).model_copy(update={"measured_at": measured_at})
    assert without_what_cannot_be(reading) == reading
