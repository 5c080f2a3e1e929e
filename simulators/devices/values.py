"""What a person's body gives a device to measure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class DeviceKind(StrEnum):
    """The devices of a home."""

    CUFF = "cuff"
    SCALE = "scale"
    GLUCOMETER = "glucometer"


class Meal(IntEnum):
    """Meal marker of the Glucose Measurement Context (0x2A34)."""

    PREPRANDIAL = 1
    POSTPRANDIAL = 2
    FASTING = 3
    CASUAL = 4
    BEDTIME = 5


@dataclass(frozen=True)
class BloodPressure:
    """mmHg; pulse per minute. `user` is the slot chosen on the device, None on one without slots."""

    systolic: int
    diastolic: int
    pulse: int
    user: int | None = None

    @property
    def mean(self) -> int:
        """Mean arterial pressure, estimated as a third of the way up from the diastolic."""
        return round(self.diastolic + (self.systolic - self.diastolic) / 3)


@dataclass(frozen=True)
class Weight:
    """`user` as in BloodPressure."""

    kg: float
    user: int | None = None


@dataclass(frozen=True)
class Glucose:
    """Capillary whole blood, mg/dL."""

    mg_dl: int
    meal: Meal | None = None


Values = BloodPressure | Weight | Glucose


def measured_by(values: Values) -> DeviceKind:
    match values:
        case BloodPressure():
            return DeviceKind.CUFF
        case Weight():
            return DeviceKind.SCALE
        case Glucose():
            return DeviceKind.GLUCOMETER
