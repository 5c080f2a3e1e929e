"""The table of characteristics that a hub reads, and the one way to decode any of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from edge_agent.gatt.blood_pressure import (
    IntermediateCuffPressure,
    decode_blood_pressure,
    decode_intermediate_cuff_pressure,
)
from edge_agent.gatt.body_composition import decode_body_composition
from edge_agent.gatt.current_time import CurrentTime, decode_current_time
from edge_agent.gatt.device_information import (
    BatteryLevel,
    DeviceText,
    decode_battery_level,
    decode_device_text,
)
from edge_agent.gatt.features import Features, decode_blood_pressure_feature, decode_glucose_feature
from edge_agent.gatt.glucose import decode_glucose
from edge_agent.gatt.glucose_context import GlucoseContext, decode_glucose_context
from edge_agent.gatt.heart_rate import decode_heart_rate
from edge_agent.gatt.measurement import Measurement
from edge_agent.gatt.oximeter import decode_spot_check
from edge_agent.gatt.record_access import RecordAccessOutcome, RecordCount, decode_record_access
from edge_agent.gatt.thermometer import decode_temperature
from edge_agent.gatt.weight import decode_weight

Decoded = (
    Measurement
    | IntermediateCuffPressure
    | GlucoseContext
    | Features
    | RecordCount
    | RecordAccessOutcome
    | CurrentTime
    | BatteryLevel
    | DeviceText
)


@dataclass(frozen=True)
class Characteristic:
    """A row of the table: its name in Bluetooth's assigned numbers, and how its value is read."""

    name: str
    decode: Callable[[bytes], Decoded]


CHARACTERISTICS: Mapping[int, Characteristic] = {
    0x2A18: Characteristic("Glucose Measurement", decode_glucose),
    0x2A19: Characteristic("Battery Level", decode_battery_level),
    0x2A1C: Characteristic("Temperature Measurement", decode_temperature),
    0x2A24: Characteristic("Model Number String", decode_device_text),
    0x2A25: Characteristic("Serial Number String", decode_device_text),
    0x2A26: Characteristic("Firmware Revision String", decode_device_text),
    0x2A27: Characteristic("Hardware Revision String", decode_device_text),
    0x2A28: Characteristic("Software Revision String", decode_device_text),
    0x2A29: Characteristic("Manufacturer Name String", decode_device_text),
    0x2A2B: Characteristic("Current Time", decode_current_time),
    0x2A34: Characteristic("Glucose Measurement Context", decode_glucose_context),
    0x2A35: Characteristic("Blood Pressure Measurement", decode_blood_pressure),
    0x2A36: Characteristic("Intermediate Cuff Pressure", decode_intermediate_cuff_pressure),
    0x2A37: Characteristic("Heart Rate Measurement", decode_heart_rate),
    0x2A49: Characteristic("Blood Pressure Feature", decode_blood_pressure_feature),
    0x2A51: Characteristic("Glucose Feature", decode_glucose_feature),
    0x2A52: Characteristic("Record Access Control Point", decode_record_access),
    0x2A5E: Characteristic("PLX Spot-Check Measurement", decode_spot_check),
    0x2A9C: Characteristic("Body Composition Measurement", decode_body_composition),
    0x2A9D: Characteristic("Weight Measurement", decode_weight),
}
_UUID = re.compile(r"(?:0x)?([0-9a-f]{4})|0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb", re.IGNORECASE)
"""A 16-bit UUID, alone or in Bluetooth's base UUID."""


class UnknownCharacteristicError(LookupError):
    """Not in the table of characteristics. Says which are."""

    def __init__(self, asked: str) -> None:
        known = ", ".join(f"{number:04X}" for number in CHARACTERISTICS)
        super().__init__(f"unknown characteristic {asked}; known are {known}")


def characteristic_number(text: str) -> int:
    """0x2A35 from "2A35", "0x2a35" or its 128-bit UUID. Raises UnknownCharacteristicError."""
    match = _UUID.fullmatch(text.strip())
    if match is None or (number := int(match[1] or match[2], 16)) not in CHARACTERISTICS:
        raise UnknownCharacteristicError(repr(text))
    return number


def decode(characteristic: int, payload: bytes) -> Decoded:
    """What the value of the characteristic says. Raises DecodeError, or UnknownCharacteristicError."""
    if characteristic not in CHARACTERISTICS:
        raise UnknownCharacteristicError(f"{characteristic:04X}")
    return CHARACTERISTICS[characteristic].decode(payload)
