"""What a device says it can do: Blood Pressure Feature (0x2A49) and Glucose Feature (0x2A51)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge_agent.gatt.fields import FieldReader

_BLOOD_PRESSURE: Mapping[int, str] = dict(
    enumerate(
        (
            "body-movement-detection",
            "cuff-fit-detection",
            "irregular-pulse-detection",
            "pulse-rate-range-detection",
            "measurement-position-detection",
            "multiple-bonds",
            "end-to-end-checksum",
            "user-data-service",
            "user-facing-time",
        )
    )
)
_GLUCOSE: Mapping[int, str] = dict(
    enumerate(
        (
            "low-battery-detection",
            "sensor-malfunction-detection",
            "sample-size-detection",
            "strip-insertion-error-detection",
            "strip-type-error-detection",
            "result-range-detection",
            "sensor-temperature-detection",
            "read-interrupt-detection",
            "general-device-fault",
            "time-fault",
            "multiple-bonds",
        )
    )
)


@dataclass(frozen=True)
class Features:
    """Named in the order of their bits."""

    supported: tuple[str, ...]


def decode_blood_pressure_feature(payload: bytes) -> Features:
    """0x2A49, two bytes (Blood Pressure Service 1.1.1). Raises DecodeError on another length."""
    return _decode(payload, _BLOOD_PRESSURE)


def decode_glucose_feature(payload: bytes) -> Features:
    """0x2A51, two bytes (Glucose Service 1.0.1). Raises DecodeError on another length."""
    return _decode(payload, _GLUCOSE)


def _decode(payload: bytes, names: Mapping[int, str]) -> Features:
    reader = FieldReader(payload)
    bits = reader.u16("features")
    reader.end()
    return Features(tuple(name for bit, name in names.items() if bits >> bit & 1))
