"""Health Thermometer Service 1.0: Temperature Measurement (0x2A1C)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag

from edge_agent.gatt.fields import FieldReader
from edge_agent.gatt.findings import Findings
from edge_agent.gatt.measurement import Measurement
from edge_agent.gatt.units import FAHRENHEIT
from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.vitals import Vital


class _Fields(IntFlag):
    FAHRENHEIT = 1
    TIME = 2
    TYPE = 4


_SITES: Mapping[int, str] = dict(
    enumerate(
        (
            "armpit",
            "body",
            "ear",
            "finger",
            "gastro-intestinal-tract",
            "mouth",
            "rectum",
            "toe",
            "tympanum",
        ),
        start=1,
    )
)
"""Temperature Type (0x2A1D)."""


def decode_temperature(payload: bytes) -> Measurement:
    """0x2A1C. Temperature in Cel. Raises DecodeError on a payload shorter or longer than its flags say."""
    reader = FieldReader(payload)
    present = _Fields(reader.u8("flags"))
    findings = Findings()
    unit = FAHRENHEIT if _Fields.FAHRENHEIT in present else None
    findings.add(Vital.BODY_TEMPERATURE, reader.float32("temperature"), unit)
    clock = reader.date_time("time stamp") if _Fields.TIME in present else None
    site = _SITES.get(reader.u8("temperature type")) if _Fields.TYPE in present else None
    reader.end()
    return Measurement(
        ReadingKind.BODY_TEMPERATURE,
        findings.values,
        findings.original,
        findings.absent,
        device_clock=clock,
        flags=reader.time_flags,
        site=site,
    )
