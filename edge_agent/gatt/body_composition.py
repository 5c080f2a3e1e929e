"""Body Composition Service 1.0: Body Composition Measurement (0x2A9C)."""

from __future__ import annotations

from decimal import Decimal
from enum import IntFlag

from edge_agent.gatt.fields import FieldReader
from edge_agent.gatt.findings import Findings
from edge_agent.gatt.measurement import Measurement
from edge_agent.gatt.weight import IMPERIAL, SI, Scale, counted
from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.vitals import Vital

_TENTH = Decimal("0.1")


class _Fields(IntFlag):
    IMPERIAL = 1
    TIME = 2
    USER = 4
    BASAL_METABOLISM = 8
    MUSCLE_PERCENTAGE = 16
    MUSCLE_MASS = 32
    FAT_FREE_MASS = 64
    SOFT_LEAN_MASS = 128
    BODY_WATER_MASS = 256
    IMPEDANCE = 512
    WEIGHT = 1024
    HEIGHT = 2048
    MULTIPLE_PACKETS = 4096


def decode_body_composition(payload: bytes) -> Measurement:
    """0x2A9C. Body fat in %, weight in kg where the scale sends it here; the rest beside them."""
    reader = FieldReader(payload)
    present = _Fields(reader.u16("flags"))
    scale = IMPERIAL if _Fields.IMPERIAL in present else SI
    findings = Findings()
    findings.add(Vital.BODY_FAT, counted(reader.u16("body fat percentage"), _TENTH))
    clock = reader.date_time("time stamp") if _Fields.TIME in present else None
    user = reader.user() if _Fields.USER in present else None
    _read_others(reader, present, scale, findings)
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
        more_follows=_Fields.MULTIPLE_PACKETS in present,
    )


def _read_others(reader: FieldReader, present: _Fields, scale: Scale, findings: Findings) -> None:
    others = (
        (_Fields.BASAL_METABOLISM, "basal_metabolism", Decimal(1), "kJ"),
        (_Fields.MUSCLE_PERCENTAGE, "muscle_percentage", _TENTH, "%"),
        (_Fields.MUSCLE_MASS, "muscle_mass", scale.mass_step, scale.mass_ucum),
        (_Fields.FAT_FREE_MASS, "fat_free_mass", scale.mass_step, scale.mass_ucum),
        (_Fields.SOFT_LEAN_MASS, "soft_lean_mass", scale.mass_step, scale.mass_ucum),
        (_Fields.BODY_WATER_MASS, "body_water_mass", scale.mass_step, scale.mass_ucum),
        (_Fields.IMPEDANCE, "impedance", _TENTH, "Ohm"),
    )
    for bit, name, step, ucum in others:
        if bit in present:
            findings.add_other(name, reader.u16(name.replace("_", " ")) * step, ucum)
    if _Fields.WEIGHT in present:
        findings.add(Vital.BODY_WEIGHT, counted(reader.u16("weight"), scale.mass_step), scale.mass_unit)
    if _Fields.HEIGHT in present:
        findings.add_other("height", reader.u16("height") * scale.height_step, scale.height_ucum)
