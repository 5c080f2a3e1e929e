"""The coded words a reading may carry: its kind, what the device said about it, and what went with it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, StrEnum
from typing import Self


class ReadingKind(StrEnum):
    """What one measurement event was."""

    BLOOD_PRESSURE = "blood_pressure"
    BODY_WEIGHT = "body_weight"
    BLOOD_GLUCOSE = "blood_glucose"
    OXYGEN_SATURATION = "oxygen_saturation"
    BODY_TEMPERATURE = "body_temperature"
    HEART_RATE = "heart_rate"
    EVENT = "event"  # something the patient did or felt, entered by hand


class HubProblem(StrEnum):
    """What somebody has to see to at a hub, so that nothing is lost."""

    DISK_FULL = "disk-full"  # devices that keep what they measured are not read until there is room
    OUTBOX_SET_ASIDE = "outbox-set-aside"  # it was damaged; what it held may not have arrived


class AbsentReason(StrEnum):
    """Why a vital that was measured has no number (FHIR data-absent-reason; IEEE 11073-20601 specials)."""

    NOT_A_NUMBER = "not-a-number"
    NOT_AT_THIS_RESOLUTION = "not-at-this-resolution"
    ABOVE_RANGE = "above-range"  # +INFINITY, "Hi": it is high, beyond what the device can say
    BELOW_RANGE = "below-range"  # -INFINITY, "Lo"
    RESERVED = "reserved"
    UNSUCCESSFUL = "unsuccessful"  # it failed: 0xFFFF of 0x2A9D, glucose without concentration
    IMPLAUSIBLE = "implausible"  # outside what a device of the kind can measure: the mean 0 of some cuffs
    OTHER_ANALYTE = "other-analyte"  # the number is of something else, such as ketone: `raw` has it


class Bearing(StrEnum):
    """What a flag means for the judgement of its reading."""

    NOT_OF_A_PATIENT = "not-of-a-patient"
    IN_DOUBT = "in-doubt"
    INFORMATION = "information"

    @property
    def meaning(self) -> str:
        """For whoever builds a hub, and for the printed contract."""
        return _MEANINGS[self]


_MEANINGS = {
    Bearing.NOT_OF_A_PATIENT: "Kept and shown. Neither judged nor counted: it ends no silence.",
    Bearing.IN_DOUBT: (
        "Kept with the flag. It may raise, and the task then says why its value is in doubt. It clears and"
        " confirms nothing, takes nothing back, and is no history for other readings."
    ),
    Bearing.INFORMATION: "Kept with the flag, and judged like any other.",
}


class Flag(Enum):
    """What the device said about the measurement, and what that means for judgement.

    The value is the bit in a stored reading: only append. Bit 30 is the last that its column holds.
    """

    bearing: Bearing

    BODY_MOVEMENT = 0, Bearing.IN_DOUBT
    CUFF_TOO_LOOSE = 1, Bearing.IN_DOUBT
    IRREGULAR_PULSE = 2, Bearing.INFORMATION  # of the patient
    PULSE_ABOVE_RANGE = 3, Bearing.INFORMATION
    PULSE_BELOW_RANGE = 4, Bearing.INFORMATION
    IMPROPER_POSITION = 5, Bearing.IN_DOUBT
    DEVICE_BATTERY_LOW = 6, Bearing.INFORMATION
    SENSOR_MALFUNCTION = 7, Bearing.IN_DOUBT
    SAMPLE_SIZE_INSUFFICIENT = 8, Bearing.IN_DOUBT
    STRIP_INSERTION_ERROR = 9, Bearing.IN_DOUBT
    STRIP_TYPE_INCORRECT = 10, Bearing.IN_DOUBT
    RESULT_ABOVE_DEVICE_RANGE = 11, Bearing.INFORMATION  # "Hi" is high
    RESULT_BELOW_DEVICE_RANGE = 12, Bearing.INFORMATION  # "Lo" is low
    SENSOR_TEMPERATURE_HIGH = 13, Bearing.IN_DOUBT
    SENSOR_TEMPERATURE_LOW = 14, Bearing.IN_DOUBT
    READ_INTERRUPTED = 15, Bearing.IN_DOUBT
    GENERAL_DEVICE_FAULT = 16, Bearing.IN_DOUBT
    TIME_FAULT = 17, Bearing.IN_DOUBT  # also a time that cannot be: it counts from when it was read
    MEASUREMENT_ONGOING = 18, Bearing.IN_DOUBT
    EARLY_ESTIMATE = 19, Bearing.IN_DOUBT
    DEVICE_CLOCK_NOT_SET = 20, Bearing.INFORMATION  # it counts from when it was read
    POOR_SIGNAL = 21, Bearing.IN_DOUBT
    LOW_PERFUSION = 22, Bearing.INFORMATION  # of the patient: cold or pale fingers
    SENSOR_OFF_BODY = 23, Bearing.IN_DOUBT
    SENSOR_UNKNOWN = 24, Bearing.IN_DOUBT
    CALIBRATION_ONGOING = 25, Bearing.IN_DOUBT
    QUESTIONABLE_MEASUREMENT = 26, Bearing.IN_DOUBT
    INVALID_MEASUREMENT = 27, Bearing.IN_DOUBT
    DEMONSTRATION_DATA = 28, Bearing.NOT_OF_A_PATIENT  # made by the device for show or test
    CONTROL_SOLUTION = 29, Bearing.NOT_OF_A_PATIENT  # a check of the meter
    OTHER_ANALYTE = 30, Bearing.NOT_OF_A_PATIENT  # ketone and the like, by a reserved code

    def __new__(cls, bit: int, bearing: Bearing) -> Self:
        flag = object.__new__(cls)
        flag._value_ = bit
        flag.bearing = bearing
        return flag

    @property
    def code(self) -> str:
        """The name on the wire."""
        return self.name.lower().replace("_", "-")


def is_of_a_patient(flags: Iterable[Flag]) -> bool:
    """Whether what a reading with these flags says is a value of somebody's."""
    return all(flag.bearing is not Bearing.NOT_OF_A_PATIENT for flag in flags)


class Meal(StrEnum):
    """How a glucose value stands to meals (Glucose Measurement Context 0x2A34; FHIR blood glucose timing)."""

    PREPRANDIAL = "preprandial"
    POSTPRANDIAL = "postprandial"
    FASTING = "fasting"
    CASUAL = "casual"
    BEDTIME = "bedtime"


class EventKind(StrEnum):
    """What the patient did or felt."""

    INSULIN_DOSE = "insulin-dose"
    HYPOGLYCAEMIC_SYMPTOMS = "hypoglycaemic-symptoms"
    MEAL = "meal"
    EXERCISE = "exercise"
    HELP_REQUEST = "help-request"  # the patient wants to be called
    OTHER = "other"
