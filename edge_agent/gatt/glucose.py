"""Glucose Service 1.0.1: Glucose Measurement (0x2A18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import IntFlag

from edge_agent.gatt.fields import FieldReader, named_flags
from edge_agent.gatt.findings import Findings
from edge_agent.gatt.measurement import Measurement
from edge_agent.gatt.numbers import Number, times_ten_to
from edge_agent.gatt.units import MMOL_PER_LITRE, Unit
from edge_agent.wire.codes import AbsentReason, Flag, ReadingKind
from edge_agent.wire.vitals import Vital


class _Fields(IntFlag):
    TIME_OFFSET = 1
    CONCENTRATION = 2
    MOL_PER_LITRE = 4
    STATUS = 8
    CONTEXT_FOLLOWS = 16


_STATUS: Mapping[int, Flag] = {
    0: Flag.DEVICE_BATTERY_LOW,
    1: Flag.SENSOR_MALFUNCTION,
    2: Flag.SAMPLE_SIZE_INSUFFICIENT,
    3: Flag.STRIP_INSERTION_ERROR,
    4: Flag.STRIP_TYPE_INCORRECT,
    5: Flag.RESULT_ABOVE_DEVICE_RANGE,
    6: Flag.RESULT_BELOW_DEVICE_RANGE,
    7: Flag.SENSOR_TEMPERATURE_HIGH,
    8: Flag.SENSOR_TEMPERATURE_LOW,
    9: Flag.READ_INTERRUPTED,
    10: Flag.GENERAL_DEVICE_FAULT,
    11: Flag.TIME_FAULT,
}
_BEYOND: Mapping[Flag, AbsentReason] = {
    Flag.RESULT_ABOVE_DEVICE_RANGE: AbsentReason.ABOVE_RANGE,
    Flag.RESULT_BELOW_DEVICE_RANGE: AbsentReason.BELOW_RANGE,
}
_SPECIMENS: Mapping[int, str] = {
    1: "capillary-whole-blood",
    2: "capillary-plasma",
    3: "venous-whole-blood",
    4: "venous-plasma",
    5: "arterial-whole-blood",
    6: "arterial-plasma",
    7: "undetermined-whole-blood",
    8: "undetermined-plasma",
    9: "interstitial-fluid",
    10: "control-solution",
}
_SITES: Mapping[int, str] = {1: "finger", 2: "alternate-site", 3: "earlobe", 4: "control-solution"}


def decode_glucose(payload: bytes) -> Measurement:
    """0x2A18. Concentration in mg/dL; the original is kept where the meter measured in mmol/L.

    A record without concentration, and "Hi" and "Lo", are absent values with their reason; so is the value
    of a sample of a reserved type. Raises DecodeError on a wrong length.
    """
    reader = FieldReader(payload)
    present = _Fields(reader.u8("flags"))
    sequence = reader.u16("sequence number")
    clock = reader.date_time("base time")
    if _Fields.TIME_OFFSET in present:
        clock = _shifted(clock, reader)
    number: Number = AbsentReason.UNSUCCESSFUL
    specimen = site = None
    if _Fields.CONCENTRATION in present:
        number = reader.sfloat("glucose concentration")
        type_and_location = reader.u8("type and sample location")
        specimen = _SPECIMENS.get(type_and_location & 0x0F)
        site = _SITES.get(type_and_location >> 4)
    flags = named_flags(reader.u16("sensor status"), _STATUS) if _Fields.STATUS in present else ()
    reader.end()
    findings = _findings(number, molar=_Fields.MOL_PER_LITRE in present, flags=flags)
    if "control-solution" in (specimen, site):
        flags += (Flag.CONTROL_SOLUTION,)
    measurement = Measurement(
        ReadingKind.BLOOD_GLUCOSE,
        findings.values,
        findings.original,
        findings.absent,
        device_clock=clock,
        sequence=sequence,
        flags=tuple(dict.fromkeys(flags + reader.time_flags)),
        site=site,
        specimen=specimen,
        more_follows=_Fields.CONTEXT_FOLLOWS in present,
    )
    is_reserved = _Fields.CONCENTRATION in present and specimen is None
    return of_another_analyte(measurement) if is_reserved else measurement


def of_another_analyte(record: Measurement) -> Measurement:
    """The record as no blood glucose: meters say ketone in the same place, and mark it by a reserved code."""
    return replace(
        record,
        values={},
        original={},
        absent={Vital.BLOOD_GLUCOSE: AbsentReason.OTHER_ANALYTE},
        flags=tuple(dict.fromkeys((*record.flags, Flag.OTHER_ANALYTE))),
    )


def _shifted(base: datetime | None, reader: FieldReader) -> datetime | None:
    """The time that the patient reads on the meter: base time and offset, in minutes."""
    minutes = reader.s16("time offset")
    try:
        return base and base + timedelta(minutes=minutes)
    except OverflowError:
        reader.time_flags = (Flag.TIME_FAULT,)
        return None


def _findings(number: Number, *, molar: bool, flags: tuple[Flag, ...]) -> Findings:
    """kg/L is mg/dL x 10^-5, the same number with another point; mol/L is what a meter shows as mmol/L."""
    findings = Findings()
    unit: Unit | None = MMOL_PER_LITRE if molar else None
    findings.add(Vital.BLOOD_GLUCOSE, times_ten_to(3 if molar else 5, number), unit)
    value = findings.values.get(Vital.BLOOD_GLUCOSE)
    for flag, reason in _BEYOND.items():
        # A meter that says "Hi" or "Lo" may send its limit, which stands, or a zero or NaN, which does not.
        if flag in flags and (value is None or not Vital.BLOOD_GLUCOSE.is_plausible(value)):
            findings.fail(Vital.BLOOD_GLUCOSE, reason)
    return findings
