"""Weight Scale Service 1.0.1: Weight Measurement (0x2A9D)."""

from __future__ import annotations

from decimal import Decimal
from enum import IntFlag
from typing import NamedTuple

from edge_agent.gatt.fields import FieldReader
from edge_agent.gatt.findings import Findings
from edge_agent.gatt.measurement import Measurement
from edge_agent.gatt.numbers import Number
from edge_agent.gatt.units import POUND, Unit
from edge_agent.wire.codes import AbsentReason, ReadingKind
from edge_agent.wire.vitals import Vital

_UNSUCCESSFUL = 0xFFFF
_BMI_STEP = Decimal("0.1")


class Scale(NamedTuple):
    """The steps in which a scale counts mass and height, in SI or imperial units."""

    mass_step: Decimal
    mass_unit: Unit | None
    mass_ucum: str
    height_step: Decimal
    height_ucum: str


SI = Scale(Decimal("0.005"), None, "kg", Decimal("0.001"), "m")
IMPERIAL = Scale(Decimal("0.01"), POUND, POUND.ucum, Decimal("0.1"), "[in_i]")


class _Fields(IntFlag):
    IMPERIAL = 1
    TIME = 2
    USER = 4
    BMI_AND_HEIGHT = 8


def counted(count: int, step: Decimal) -> Number:
    """`count` steps, or that the measurement was unsuccessful."""
    return AbsentReason.UNSUCCESSFUL if count == _UNSUCCESSFUL else count * step


def decode_weight(payload: bytes) -> Measurement:
    """0x2A9D. Weight in kg, height and body mass index beside it. Raises DecodeError on a wrong length."""
    reader = FieldReader(payload)
    present = _Fields(reader.u8("flags"))
    scale = IMPERIAL if _Fields.IMPERIAL in present else SI
    findings = Findings()
    findings.add(Vital.BODY_WEIGHT, counted(reader.u16("weight"), scale.mass_step), scale.mass_unit)
    clock = reader.date_time("time stamp") if _Fields.TIME in present else None
    user = reader.user() if _Fields.USER in present else None
    if _Fields.BMI_AND_HEIGHT in present:
        findings.add_other("body_mass_index", reader.u16("body mass index") * _BMI_STEP, "kg/m2")
        findings.add_other("height", reader.u16("height") * scale.height_step, scale.height_ucum)
    reader.end()
    return Measurement(
        ReadingKind.BODY_WEIGHT,
        findings.values,
        findings.original,
        findings.absent,
        device_clock=clock,
        user=user,
        flags=reader.time_flags,
        also=findings.also,
    )
