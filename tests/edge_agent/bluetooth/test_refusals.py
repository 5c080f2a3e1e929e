"""bluetoothd's errors, as they were seen, and what the hub takes them for."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.bluetooth.refusals import REFUSALS, Meaning, meaning_of

BLUEZ = "org.bluez.Error"


@pytest.mark.parametrize(
    ("name", "text", "meaning"),
    [
        (f"{BLUEZ}.Failed", "le-connection-abort-by-local", Meaning.NO_LINK),
        (f"{BLUEZ}.Failed", "Input/output error", Meaning.NO_LINK),
        (f"{BLUEZ}.Failed", "Operation already in progress", Meaning.UNDER_WAY),
        (f"{BLUEZ}.InProgress", "Operation already in progress", Meaning.UNDER_WAY),
        (f"{BLUEZ}.Failed", "Operation failed with ATT error: 0x0e", Meaning.LINK_ENDED),
        (f"{BLUEZ}.Failed", "Operation failed with ATT error: 0x80", Meaning.OTHER),
        (f"{BLUEZ}.NotPermitted", "Not paired", Meaning.NOT_PAIRED),
        (f"{BLUEZ}.NotPermitted", "Notify acquired", Meaning.OTHER),
        ("org.freedesktop.DBus.Error.UnknownObject", "there is no object", Meaning.UNAVAILABLE),
        ("org.freedesktop.DBus.Error.NoReply", "", Meaning.LOST),
        (f"{BLUEZ}.Failed", "", Meaning.OTHER),
    ],
)
def test_an_error_means_what_was_seen(name: str, text: str, meaning: Meaning) -> None:
    assert meaning_of(name, text) is meaning


def test_no_row_hides_another() -> None:
    assert all(meaning_of(row.name, row.text or "") is row.meaning for row in REFUSALS)


def test_errors_are_read_at_one_place() -> None:
    package = Path(__file__).parents[3] / "edge_agent" / "bluetooth"
    texts = {row.text for row in REFUSALS if row.text}
    elsewhere = [
        (file.name, text)
        for file in package.glob("*.py")
        if file.name != "refusals.py"
        for text in texts
        if f'"{text}"' in file.read_text()
    ]
    assert elsewhere == []
