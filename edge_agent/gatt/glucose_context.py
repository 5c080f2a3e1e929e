"""Glucose Service 1.0.1: Glucose Measurement Context (0x2A34)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag

from edge_agent.gatt.fields import FieldReader
from edge_agent.gatt.numbers import as_float, times_ten_to
from edge_agent.wire.codes import Meal
from edge_agent.wire.messages import Quantity


class _Fields(IntFlag):
    CARBOHYDRATE = 1
    MEAL = 2
    TESTER_AND_HEALTH = 4
    EXERCISE = 8
    MEDICATION = 16
    MEDICATION_IN_LITRES = 32
    HBA1C = 64
    EXTENDED_FLAGS = 128


_CARBOHYDRATES: Mapping[int, str] = dict(
    enumerate(("breakfast", "lunch", "dinner", "snack", "drink", "supper", "brunch"), start=1)
)
_MEALS: Mapping[int, Meal] = {
    1: Meal.PREPRANDIAL,
    2: Meal.POSTPRANDIAL,
    3: Meal.FASTING,
    4: Meal.CASUAL,
    5: Meal.BEDTIME,
}
LAST_MEAL = max(_MEALS)
"""What is above it the standard reserves. 0 too, but that is what a meter writes that knows of no meal."""
_TESTERS: Mapping[int, str] = {1: "self", 2: "health-care-professional", 3: "laboratory"}
_HEALTH: Mapping[int, str] = {
    1: "minor-issues",
    2: "major-issues",
    3: "during-menses",
    4: "under-stress",
    5: "no-issues",
}
_MEDICATIONS: Mapping[int, str] = {
    1: "rapid-acting-insulin",
    2: "short-acting-insulin",
    3: "intermediate-acting-insulin",
    4: "long-acting-insulin",
    5: "premixed-insulin",
}
_OVERRUN = 0xFFFF  # of the exercise duration: longer than its 16 bits hold


@dataclass(frozen=True)
class GlucoseContext:
    """What went with the glucose record of the same sequence number. None: not said, or a reserved code."""

    sequence: int
    carbohydrate: str | None = None
    carbohydrate_g: float | None = None
    meal: Meal | None = None
    marks_another_analyte: bool = False  # by a reserved meal: 6 is ketone with the meters that measure it
    tester: str | None = None
    health: str | None = None
    exercise_s: int | None = None
    exercise_intensity_percent: int | None = None
    medication: str | None = None
    medication_amount: Quantity | None = None  # in mg or mL
    hba1c_percent: float | None = None


def decode_glucose_context(payload: bytes) -> GlucoseContext:
    """0x2A34. Raises DecodeError on a payload shorter or longer than its flags say."""
    reader = FieldReader(payload)
    present = _Fields(reader.u8("flags"))
    sequence = reader.u16("sequence number")
    if _Fields.EXTENDED_FLAGS in present:
        reader.u8("extended flags")  # all reserved
    carbohydrate = carbohydrate_g = tester = health = duration = intensity = None
    meal_code = 0
    if _Fields.CARBOHYDRATE in present:
        carbohydrate = _CARBOHYDRATES.get(reader.u8("carbohydrate"))
        carbohydrate_g = as_float(times_ten_to(3, reader.sfloat("carbohydrate amount")))
    if _Fields.MEAL in present:
        meal_code = reader.u8("meal")
    if _Fields.TESTER_AND_HEALTH in present:
        tester_and_health = reader.u8("tester and health")
        tester = _TESTERS.get(tester_and_health & 0x0F)
        health = _HEALTH.get(tester_and_health >> 4)
    if _Fields.EXERCISE in present:
        seconds = reader.u16("exercise duration")
        duration = None if seconds == _OVERRUN else seconds
        intensity = reader.u8("exercise intensity")
    medication, amount = _medication(reader, present)
    hba1c = as_float(reader.sfloat("HbA1c")) if _Fields.HBA1C in present else None
    reader.end()
    return GlucoseContext(
        sequence,
        carbohydrate,
        carbohydrate_g,
        _MEALS.get(meal_code),
        meal_code > LAST_MEAL,
        tester,
        health,
        duration,
        intensity,
        medication,
        amount,
        hba1c,
    )


def _medication(reader: FieldReader, present: _Fields) -> tuple[str | None, Quantity | None]:
    if _Fields.MEDICATION not in present:
        return None, None
    name = _MEDICATIONS.get(reader.u8("medication"))
    exponent, ucum = (3, "mL") if _Fields.MEDICATION_IN_LITRES in present else (6, "mg")
    amount = as_float(times_ten_to(exponent, reader.sfloat("medication amount")))
    return name, None if amount is None else Quantity(value=amount, unit=ucum)
