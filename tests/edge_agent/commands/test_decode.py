"""`hearthbeat-hub decode`: JSON for what the format allows, one line and status 2 for what it does not."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from edge_agent.commands.decode import decode

CUFF = "1E 8A00 5500 FF07 E807 06 0F 11 11 1B 4800 01 0400"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(decode, arguments)


@pytest.mark.parametrize("characteristic", ["2A35", "0x2a35", "00002a35-0000-1000-8000-00805f9b34fb"])
def test_a_cuff_in_words(characteristic: str) -> None:
    result = run(characteristic, CUFF)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert json.loads(result.stdout) == {
        "characteristic": "2A35",
        "name": "Blood Pressure Measurement",
        "kind": "blood_pressure",
        "vitals": {
            "systolic_bp": {"value": 138.0, "unit": "mm[Hg]"},
            "diastolic_bp": {"value": 85.0, "unit": "mm[Hg]"},
            "pulse_rate": {"value": 72.0, "unit": "/min"},
        },
        "measured_at": "2024-06-15T17:17:27",
        "user": 1,
        "sequence": None,
        "flags": ["irregular-pulse"],
        "absent": {"mean_arterial_pressure": "not-a-number"},
        "original": {},
        "meal": None,
        "also": {},
        "site": None,
        "specimen": None,
        "rr_intervals_s": [],
        "more_follows": False,
    }


@pytest.mark.parametrize(
    "written",
    [
        CUFF.replace(" ", ""),
        CUFF.lower(),
        "1e:8a:00:55:00:ff:07:e8:07:06:0f:11:11:1b:48:00:01:04:00",
        "0x1E 0x8A 0x00 0x55 0x00 0xFF 0x07 0xE8 0x07 0x06 0x0F 0x11 0x11 0x1B 0x48 0x00 0x01 0x04 0x00",
        "1E-8A-00-55-00-FF-07-E8-07-06-0F-11-11-1B-48-00-01-04-00",
    ],
)
def test_the_ways_to_write_hexadecimal(written: str) -> None:
    assert run("2A35", written).stdout == run("2A35", *CUFF.split()).stdout


def test_the_original_of_a_converted_value() -> None:
    said = json.loads(run("2A18", "06 0700 E807060F11111B 34C0 11").stdout)
    assert said["vitals"] == {"blood_glucose": {"value": 93.7, "unit": "mg/dL"}}
    assert said["original"] == {"blood_glucose": {"value": 5.2, "unit": "mmol/L"}}
    assert said["sequence"] == 7


@pytest.mark.parametrize(
    ("characteristic", "written", "expected"),
    [
        ("2A36", "00 9600 FF07 FF07", {"pressure_mmhg": 150.0}),
        ("2A52", "06000106", {"request": 1, "outcome": "no-records"}),
        ("2A34", "12 0700 01 01 08A0", {"sequence": 7, "meal": "preprandial"}),
        ("2A34", "10 0700 01 08A0", {"medication_amount": {"value": 8.0, "unit": "mg"}}),
        ("2A2B", "ea07050c12352b020001", {"clock": "2026-05-12T18:53:43", "adjusted_for": ["manual-update"]}),
        ("2A19", "55", {"percent": 85}),
        ("2A29", "426575726572", {"text": "Beurer"}),
        ("2A49", "0100", {"supported": ["body-movement-detection"]}),
    ],
)
def test_what_is_no_measurement_has_no_vitals(
    characteristic: str, written: str, expected: dict[str, object]
) -> None:
    said = json.loads(run(characteristic, written).stdout)
    assert (said["vitals"], said["measured_at"], said["flags"], said["absent"]) == ({}, None, [], {})
    assert {name: said[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("2A35", "1E 8A00 55"), "byte 3: expected diastolic blood pressure (2 bytes), 1 left"),
        (("2A35", CUFF + "00"), "byte 19: expected the end, 1 left that no flag announces"),
        (("2A35", ""), "byte 0: expected flags (1 byte), 0 left"),
        (("2A35", "1E 8A 0G"), "byte 2: expected two hexadecimal digits"),
        (("2A35", "1E 8A 0"), "byte 2: expected two hexadecimal digits, one left"),
    ],
)
def test_wrong_bytes_end_with_status_2_and_one_line(arguments: tuple[str, ...], line: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {line}\n")


def test_an_unknown_characteristic_names_those_that_are_known() -> None:
    result = run("2A00", "00")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: unknown characteristic '2A00'; known are 2A18, 2A19, ")
    assert result.stderr.count("\n") == 1
