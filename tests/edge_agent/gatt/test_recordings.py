"""What real devices sent, as people recorded and published it, and what the devices showed."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import pytest

from edge_agent.gatt.characteristics import decode
from edge_agent.gatt.current_time import CurrentTime, encode_current_time
from edge_agent.gatt.measurement import DecodeError, Measurement
from edge_agent.gatt.record_access import Outcome, RecordAccessOutcome
from edge_agent.wire.codes import AbsentReason, Flag
from edge_agent.wire.vitals import Vital


class Recording(NamedTuple):
    """`values` is what the device showed; `rest` are further fields of the measurement."""

    origin: str
    characteristic: int
    payload: str
    values: dict[Vital, float]
    clock: str | None
    rest: dict[str, object]


RECORDINGS = [
    Recording(
        "cuff, MAP as NaN, reserved bits set; 127 mmHg in nRF Connect (Stack Overflow, question 78168365)",
        0x2A35,
        "DE F6F4 16F3 FF07 E407 01 14 08 2B 00 B2F2 01 8000",
        {Vital.SYSTOLIC_BP: 127.0, Vital.DIASTOLIC_BP: 79.0, Vital.PULSE_RATE: 69.0},
        "2020-01-20T08:43:00",
        {"user": 1, "absent": {Vital.MEAN_ARTERIAL_PRESSURE: AbsentReason.NOT_A_NUMBER}, "flags": ()},
    ),
    Recording(
        "cuff (github.com/derdilla/blood-pressure-monitor-fl, ble_measurement_data_test.dart)",
        0x2A35,
        "16 7C00 5600 6100 E807 06 0F 11 11 1B 3300 0000",
        {
            Vital.SYSTOLIC_BP: 124.0,
            Vital.DIASTOLIC_BP: 86.0,
            Vital.MEAN_ARTERIAL_PRESSURE: 97.0,
            Vital.PULSE_RATE: 51.0,
        },
        "2024-06-15T17:17:27",
        {"user": None, "absent": {}, "flags": ()},
    ),
    Recording(
        "the same cuff, moved during the measurement: shows Err (blood-pressure-monitor-fl, issue 80)",
        0x2A35,
        "16 FF07 FF07 FF07 E807 06 17 0E 23 0A FF07 0000",
        {},
        "2024-06-23T14:35:10",
        {
            "absent": dict.fromkeys(
                (
                    Vital.SYSTOLIC_BP,
                    Vital.DIASTOLIC_BP,
                    Vital.MEAN_ARTERIAL_PRESSURE,
                    Vital.PULSE_RATE,
                ),
                AbsentReason.NOT_A_NUMBER,
            ),
            "flags": (),
        },
    ),
    Recording(
        "Accu-Chek Guide, shows 6.2 mmol/L (github.com/innoveit/react-native-ble-manager, issue 1162)",
        0x2A18,
        "1B 0F00 E807 01 1E 05 3A 1B 5301 6FB0 F8 0000",
        {Vital.BLOOD_GLUCOSE: 111.0},
        "2024-01-30T11:37:27",
        {"sequence": 15, "more_follows": True, "specimen": "undetermined-plasma", "site": None},
    ),
    Recording(
        "glucometer, shows 104 mg/dL (Stack Overflow, 'How to get the correct glucose measurement value')",
        0x2A18,
        "0B 0400 E407 05 0E 0C 31 1D 4E01 68B0 F8 0000",
        {Vital.BLOOD_GLUCOSE: 104.0},
        "2020-05-14T18:23:29",
        {"sequence": 4, "more_follows": False},
    ),
    Recording(
        "glucometer, shows 120 mg/dL (github.com/dotintent/react-native-ble-plx, issue 652)",
        0x2A18,
        "03 0600 E407 04 0D 10 26 0A 0000 78B0 F1",
        {Vital.BLOOD_GLUCOSE: 120.0},
        "2020-04-13T16:38:10",
        {"sequence": 6, "specimen": "capillary-whole-blood", "original": {}},
    ),
    Recording(
        "Beurer BF 600 (github.com/oliexdev/openScale, issue 219)",
        0x2A9D,
        "0E F22F E507 07 17 15 21 1F 02 D400 A406",
        {Vital.BODY_WEIGHT: 61.37},
        "2021-07-23T21:33:31",
        {"user": 2},
    ),
    Recording(
        "ChoiceMMed oximeter whose clock was never set (Stack Overflow, question 71264072)",
        0x2A5E,
        "17 6100 6000 E107 01 01 01 22 13 2000 200000",
        {Vital.SPO2: 97.0, Vital.PULSE_RATE: 96.0},
        None,
        {"flags": (Flag.MEASUREMENT_ONGOING, Flag.LOW_PERFUSION, Flag.DEVICE_CLOCK_NOT_SET)},
    ),
    Recording(
        "Polar H7 chest strap (Stack Overflow, 'How to get data out of bluetooth characteristic in Swift')",
        0x2A37,
        "16 4E 1B03 1203",
        {Vital.PULSE_RATE: 78.0},
        None,
        {"rr_intervals_s": (795 / 1024, 786 / 1024), "flags": ()},
    ),
]


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.origin)
def test_a_recording_says_what_the_device_showed(recording: Recording) -> None:
    measurement = decode(recording.characteristic, bytes.fromhex(recording.payload))
    assert isinstance(measurement, Measurement)
    assert measurement.values == recording.values
    assert measurement.device_clock == (recording.clock and datetime.fromisoformat(recording.clock))
    assert {name: getattr(measurement, name) for name in recording.rest} == recording.rest


def test_height_and_body_mass_index_of_the_scale_stand_beside_the_weight() -> None:
    measurement = decode(0x2A9D, bytes.fromhex("0E F22F E507 07 17 15 21 1F 02 D400 A406"))
    assert isinstance(measurement, Measurement)
    said = {name: (quantity.value, quantity.unit) for name, quantity in measurement.also.items()}
    assert said == {"body_mass_index": (21.2, "kg/m2"), "height": (1.7, "m")}


@pytest.mark.parametrize(
    "payload",
    [
        "56 6A00 4700 0000 EA07 08 0B 12 1F 00 003F 00 0000",  # user 0, pulse 63
        "56 7600 5000 0000 EA07 08 0B 14 1B 00 003C 00 0004",  # irregular pulse, in the second byte
    ],
)
def test_a_user_byte_without_its_flag_is_refused_not_guessed(payload: str) -> None:
    """Beurer BM85 (blood-pressure-monitor-fl, pull requests 735 and 737): a quirk for its profile to undo."""
    with pytest.raises(DecodeError, match=r"^byte 18: expected the end, 1 left"):
        decode(0x2A35, bytes.fromhex(payload))


def test_a_meter_ends_its_report() -> None:
    """Accu-Chek Guide, after all its records (Stack Overflow, question 63340809)."""
    assert decode(0x2A52, bytes.fromhex("06000101")) == RecordAccessOutcome(1, Outcome.SUCCESS)


def test_the_clock_that_a_scale_was_set_to() -> None:
    """Written to a Beurer BF720 by its app's protocol (github.com/KristianP26/ble-scale-sync, issue 168)."""
    written = bytes.fromhex("ea07050c12352b021101")
    at = datetime.fromisoformat("2026-05-12T18:53:43.066406")
    assert decode(0x2A2B, written) == CurrentTime(at, day_of_week=2, adjusted_for=("manual-update",))
    assert encode_current_time(at) == written
