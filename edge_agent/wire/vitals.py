"""The one table of vitals: names, codes, units and the range outside which a number is no measurement.

Codes: LOINC 2.78; MDC from IEEE 11073-10101; units UCUM 2.1. The ranges are wide on purpose: they hold back
what no device of the kind can measure (and what would otherwise be judged), never what is merely dangerous.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Self


@dataclass(frozen=True)
class VitalRow:
    """A row of the vital table. `low` and `high` are inclusive, in `unit`."""

    code: str
    loinc: str
    mdc: int
    unit: str
    symbol: str
    low: float
    high: float
    display: str
    range_source: str


_CUFF = "cuff pressure range of home monitors, e.g. Omron HEM-7322U and A&D UA-651BLE manuals: 0 to 299 mmHg"
_PULSE = "40 to 180/min in A&D UA-651BLE's manual; widened to survivable extremes so that none is held back"
_SCALE = "0.5 kg (infants) to 360 kg (seca 656 manual), widened to what 0x2A9D holds: 327 kg or 655 lb"
_METER = (
    "10 to 600 mg/dL on Accu-Chek Guide's manual; laboratory extremes to 2,000 mg/dL must not be held back"
)
_OXIMETER = "0 to 100 % by definition (ISO 80601-2-61:2017, 201.12.1.101 asks accuracy over 70 to 100 %)"
_THERMOMETER = (
    "rated output at least 34 to 42 Cel (ISO 80601-2-56:2017, 201.101.2); widened to survivable extremes"
)
_COMPOSITION = "0x2A9C carries body fat in 0.1 % (Body Composition Service 1.0, 3.2)"


class Vital(Enum):
    """What is measured. Decoders answer in `unit`; `low` to `high` is the plausible range.

    The value is the code, so that messages are read and written without asking for it.
    """

    code: str  # the name on the wire, in the database and in rule files
    unit: str  # the canonical UCUM unit
    symbol: str  # what people write for it
    display: str  # the name for people, in a sentence
    low: float
    high: float
    row: VitalRow

    SYSTOLIC_BP = VitalRow(
        "systolic_bp", "8480-6", 150021, "mm[Hg]", "mmHg", 20, 300, "systolic blood pressure", _CUFF
    )
    DIASTOLIC_BP = VitalRow(
        "diastolic_bp", "8462-4", 150022, "mm[Hg]", "mmHg", 10, 300, "diastolic blood pressure", _CUFF
    )
    MEAN_ARTERIAL_PRESSURE = VitalRow(
        "mean_arterial_pressure", "8478-0", 150023, "mm[Hg]", "mmHg", 10, 300, "mean arterial pressure", _CUFF
    )
    PULSE_RATE = VitalRow("pulse_rate", "8867-4", 149546, "/min", "/min", 15, 300, "pulse rate", _PULSE)
    BODY_WEIGHT = VitalRow("body_weight", "29463-7", 188736, "kg", "kg", 0.5, 400, "body weight", _SCALE)
    BLOOD_GLUCOSE = VitalRow(
        "blood_glucose", "41653-7", 160184, "mg/dL", "mg/dL", 1, 2000, "blood glucose", _METER
    )
    SPO2 = VitalRow("spo2", "59408-5", 150456, "%", "%", 1, 100, "oxygen saturation", _OXIMETER)
    BODY_TEMPERATURE = VitalRow(
        "body_temperature", "8310-5", 150364, "Cel", "°C", 20, 46, "body temperature", _THERMOMETER
    )
    BODY_FAT = VitalRow("body_fat", "41982-0", 188748, "%", "%", 1, 80, "body fat", _COMPOSITION)

    def __new__(cls, row: VitalRow) -> Self:
        vital = object.__new__(cls)
        vital._value_ = vital.code = row.code
        vital.unit, vital.symbol, vital.display = row.unit, row.symbol, row.display
        vital.low, vital.high = row.low, row.high
        vital.row = row
        return vital

    __hash__ = object.__hash__  # there is one of each; hashing the name took a tenth of taking readings in

    def is_plausible(self, value: float) -> bool:
        """Whether a device of the kind can have measured `value` (in `unit`)."""
        return self.low <= value <= self.high

    @classmethod
    def from_code(cls, code: str) -> Vital:
        """The vital named `code`. Raises ValueError, naming the vitals there are."""
        try:
            return _BY_CODE[code]
        except KeyError:
            raise ValueError(f"unknown vital {code!r}; known are {', '.join(_BY_CODE)}") from None


_BY_CODE: Final = {vital.code: vital for vital in Vital}
SYMBOLS: Final = {vital.unit: vital.symbol for vital in Vital}
"""What people write for a canonical unit."""
