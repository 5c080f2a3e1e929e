"""The coded words a reading may carry: its kind, what the device said about it, and what went with it."""

from __future__ import annotations

from enum import Enum, StrEnum


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


class Flag(Enum):
    """What the device said about the measurement. The value is the bit in a stored reading: only append."""

    BODY_MOVEMENT = 0
    CUFF_TOO_LOOSE = 1
    IRREGULAR_PULSE = 2
    PULSE_ABOVE_RANGE = 3
    PULSE_BELOW_RANGE = 4
    IMPROPER_POSITION = 5
    DEVICE_BATTERY_LOW = 6
    SENSOR_MALFUNCTION = 7
    SAMPLE_SIZE_INSUFFICIENT = 8
    STRIP_INSERTION_ERROR = 9
    STRIP_TYPE_INCORRECT = 10
    RESULT_ABOVE_DEVICE_RANGE = 11
    RESULT_BELOW_DEVICE_RANGE = 12
    SENSOR_TEMPERATURE_HIGH = 13
    SENSOR_TEMPERATURE_LOW = 14
    READ_INTERRUPTED = 15
    GENERAL_DEVICE_FAULT = 16
    TIME_FAULT = 17
    MEASUREMENT_ONGOING = 18
    EARLY_ESTIMATE = 19
    DEVICE_CLOCK_NOT_SET = 20
    POOR_SIGNAL = 21
    LOW_PERFUSION = 22
    SENSOR_OFF_BODY = 23
    SENSOR_UNKNOWN = 24
    CALIBRATION_ONGOING = 25
    QUESTIONABLE_MEASUREMENT = 26
    INVALID_MEASUREMENT = 27
    DEMONSTRATION_DATA = 28  # made by the device for show or test: no patient's reading
    CONTROL_SOLUTION = 29  # a check of the meter: no patient's reading

    @property
    def code(self) -> str:
        """The name on the wire."""
        return self.name.lower().replace("_", "-")


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
