"""Pulse Oximeter Service 1.0.1: PLX Spot-Check Measurement (0x2A5E)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag

from edge_agent.gatt.fields import FieldReader, named_flags
from edge_agent.gatt.findings import Findings
from edge_agent.gatt.measurement import Measurement
from edge_agent.wire.codes import AbsentReason, Flag, ReadingKind
from edge_agent.wire.vitals import Vital


class _Fields(IntFlag):
    TIME = 1
    MEASUREMENT_STATUS = 2
    SENSOR_STATUS = 4
    PULSE_AMPLITUDE = 8
    CLOCK_NOT_SET = 16


# The bits left out say nothing against the value: validated, fully qualified, from the device's storage.
_MEASUREMENT_STATUS: Mapping[int, Flag] = {
    5: Flag.MEASUREMENT_ONGOING,
    6: Flag.EARLY_ESTIMATE,
    10: Flag.DEMONSTRATION_DATA,
    11: Flag.DEMONSTRATION_DATA,  # "data for testing"
    12: Flag.CALIBRATION_ONGOING,
    13: Flag.INVALID_MEASUREMENT,  # "measurement unavailable"
    14: Flag.QUESTIONABLE_MEASUREMENT,
    15: Flag.INVALID_MEASUREMENT,
}
# Nor do these: display update ongoing, signal analysis ongoing, sensor interface detected.
_SENSOR_STATUS: Mapping[int, Flag] = {
    1: Flag.GENERAL_DEVICE_FAULT,
    2: Flag.POOR_SIGNAL,  # "signal processing irregularity"
    3: Flag.POOR_SIGNAL,  # "inadequate signal"
    4: Flag.POOR_SIGNAL,
    5: Flag.LOW_PERFUSION,
    6: Flag.POOR_SIGNAL,  # "erratic signal"
    7: Flag.POOR_SIGNAL,  # "nonpulsatile signal"
    8: Flag.QUESTIONABLE_MEASUREMENT,  # "questionable pulse"
    11: Flag.SENSOR_OFF_BODY,
    12: Flag.SENSOR_UNKNOWN,
    13: Flag.SENSOR_OFF_BODY,  # "sensor displaced"
    14: Flag.SENSOR_MALFUNCTION,
    15: Flag.SENSOR_OFF_BODY,  # "sensor disconnected"
}


def decode_spot_check(payload: bytes) -> Measurement:
    """0x2A5E. Saturation in %, pulse in /min. What the device calls invalid is absent.

    The time of a device whose clock was never set is no time. Raises DecodeError on a wrong length.
    """
    reader = FieldReader(payload)
    present = _Fields(reader.u8("flags"))
    findings = Findings()
    findings.add(Vital.SPO2, reader.sfloat("oxygen saturation"))
    findings.add(Vital.PULSE_RATE, reader.sfloat("pulse rate"))
    clock = reader.date_time("time stamp") if _Fields.TIME in present else None
    measurement = reader.u16("measurement status") if _Fields.MEASUREMENT_STATUS in present else 0
    sensor = reader.u24("device and sensor status") if _Fields.SENSOR_STATUS in present else 0
    if _Fields.PULSE_AMPLITUDE in present:
        findings.add_other("pulse_amplitude_index", reader.sfloat("pulse amplitude index"), "%")
    reader.end()
    flags = named_flags(measurement, _MEASUREMENT_STATUS) + named_flags(sensor, _SENSOR_STATUS)
    flags += reader.time_flags
    if _Fields.CLOCK_NOT_SET in present:
        flags, clock = (*flags, Flag.DEVICE_CLOCK_NOT_SET), None
    if Flag.INVALID_MEASUREMENT in flags:
        for vital in tuple(findings.values):
            findings.fail(vital, AbsentReason.UNSUCCESSFUL)
    return Measurement(
        ReadingKind.OXYGEN_SATURATION,
        findings.values,
        findings.original,
        findings.absent,
        device_clock=clock,
        flags=tuple(dict.fromkeys(flags)),
        also=findings.also,
    )
