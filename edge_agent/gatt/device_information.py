"""What a device is and how it is: Device Information Service 1.1 (0x180A), Battery Service 1.0 (0x180F)."""

from __future__ import annotations

from dataclasses import dataclass

from edge_agent.gatt.fields import FieldReader
from edge_agent.gatt.measurement import DecodeError

_FULL_PERCENT = 100


@dataclass(frozen=True)
class DeviceText:
    """A string of the Device Information Service."""

    text: str


@dataclass(frozen=True)
class BatteryLevel:
    """How full the battery is."""

    percent: int


def decode_device_text(payload: bytes) -> DeviceText:
    """UTF-8. Devices pad with NUL and blanks, which go. Raises DecodeError on bytes that are no UTF-8."""
    try:
        return DeviceText(payload.decode("utf-8").rstrip("\0 "))
    except UnicodeDecodeError as error:
        raise DecodeError(f"byte {error.start}: expected UTF-8") from None


def decode_battery_level(payload: bytes) -> BatteryLevel:
    """0x2A19, one byte. Raises DecodeError above 100 %."""
    reader = FieldReader(payload)
    percent = reader.u8("battery level")
    if percent > _FULL_PERCENT:
        raise reader.wrong(1, f"battery level, 0 to {_FULL_PERCENT} %")
    reader.end()
    return BatteryLevel(percent)
