"""Heart Rate Service 1.0: Heart Rate Measurement (0x2A37)."""

from __future__ import annotations

from decimal import Decimal
from enum import IntFlag

from edge_agent.gatt.fields import FieldReader
from edge_agent.gatt.findings import Findings
from edge_agent.gatt.measurement import Measurement
from edge_agent.wire.codes import Flag, ReadingKind
from edge_agent.wire.vitals import Vital

_RR_TICKS_PER_SECOND = 1024


class _Fields(IntFlag):
    RATE_IN_16_BITS = 1
    CONTACT = 2
    CONTACT_IS_KNOWN = 4
    ENERGY = 8
    RR_INTERVALS = 16


def decode_heart_rate(payload: bytes) -> Measurement:
    """0x2A37. Rate in /min, and the intervals between beats, which fill the rest of the payload."""
    reader = FieldReader(payload)
    present = _Fields(reader.u8("flags"))
    rate = reader.u16("heart rate") if _Fields.RATE_IN_16_BITS in present else reader.u8("heart rate")
    findings = Findings()
    findings.add(Vital.PULSE_RATE, Decimal(rate))
    if _Fields.ENERGY in present:
        findings.add_other("energy_expended", Decimal(reader.u16("energy expended")), "kJ")
    intervals = []
    while _Fields.RR_INTERVALS in present and reader.remaining:
        intervals.append(reader.u16("RR interval") / _RR_TICKS_PER_SECOND)
    reader.end()
    off_body = _Fields.CONTACT_IS_KNOWN in present and _Fields.CONTACT not in present
    return Measurement(
        ReadingKind.HEART_RATE,
        findings.values,
        flags=(Flag.SENSOR_OFF_BODY,) if off_body else (),
        also=findings.also,
        rr_intervals_s=tuple(intervals),
    )
