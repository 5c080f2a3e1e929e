"""Blood Pressure Service 1.1.1: Blood Pressure Measurement (0x2A35), Intermediate Cuff Pressure (0x2A36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag

from edge_agent.gatt.fields import FieldReader, named_flags
from edge_agent.gatt.findings import Findings
from edge_agent.gatt.measurement import Measurement
from edge_agent.gatt.units import KILOPASCAL
from edge_agent.wire.codes import Flag, ReadingKind
from edge_agent.wire.vitals import Vital


class _Fields(IntFlag):
    KILOPASCAL = 1
    TIME = 2
    PULSE = 4
    USER = 8
    STATUS = 16


_STATUS: Mapping[int, Flag] = {
    0: Flag.BODY_MOVEMENT,
    1: Flag.CUFF_TOO_LOOSE,
    2: Flag.IRREGULAR_PULSE,
    5: Flag.IMPROPER_POSITION,
}
_PULSE_RANGE: Mapping[int, tuple[Flag, ...]] = {1: (Flag.PULSE_ABOVE_RANGE,), 2: (Flag.PULSE_BELOW_RANGE,)}
"""The two bits from bit 3 on; 0 is within range, 3 is reserved."""


@dataclass(frozen=True)
class IntermediateCuffPressure:
    """The pressure in the cuff while it deflates: shown by some devices, never a reading."""

    pressure_mmhg: float | None
    device_clock: datetime | None
    user: int | None


def decode_blood_pressure(payload: bytes) -> Measurement:
    """0x2A35. Pressures in mm[Hg]. Raises DecodeError on a payload shorter or longer than its flags say."""
    reader = FieldReader(payload)
    present = _Fields(reader.u8("flags"))
    unit = KILOPASCAL if _Fields.KILOPASCAL in present else None
    findings = Findings()
    for vital in (Vital.SYSTOLIC_BP, Vital.DIASTOLIC_BP, Vital.MEAN_ARTERIAL_PRESSURE):
        findings.add(vital, reader.sfloat(vital.display), unit)
    clock = reader.date_time("time stamp") if _Fields.TIME in present else None
    if _Fields.PULSE in present:
        findings.add(Vital.PULSE_RATE, reader.sfloat("pulse rate"))
    user = reader.user() if _Fields.USER in present else None
    status = reader.u16("measurement status") if _Fields.STATUS in present else 0
    reader.end()
    return Measurement(
        ReadingKind.BLOOD_PRESSURE,
        findings.values,
        findings.original,
        findings.absent,
        device_clock=clock,
        user=user,
        flags=named_flags(status, _STATUS) + _PULSE_RANGE.get(status >> 3 & 3, ()) + reader.time_flags,
    )


def decode_intermediate_cuff_pressure(payload: bytes) -> IntermediateCuffPressure:
    """0x2A36: laid out as 0x2A35, with the cuff's pressure where systolic is; the other two are not used."""
    value = decode_blood_pressure(payload)
    return IntermediateCuffPressure(
        value.values.get(Vital.SYSTOLIC_BP),
        value.device_clock,
        value.user,
    )
