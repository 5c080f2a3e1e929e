"""Which files are read, and whom they are named after."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.wire.topics import Channel, topic
from simulators.replay.errors import ReplayError
from simulators.replay.participants import read_participants

LINE = "04-21-1991\t9:09\t58\t100\n"


def write(path: Path, text: str = LINE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_folder_stands_for_its_logs_and_a_file_for_itself(tmp_path: Path) -> None:
    write(tmp_path / "logs/data-02")
    write(tmp_path / "logs/data-01")
    write(tmp_path / "logs/README.md")
    other = write(tmp_path / "My log (1).tsv")
    participants = read_participants([tmp_path / "logs", other])
    assert [each.name for each in participants] == ["data-01", "data-02", "my-log-1-tsv"]
    first, _, third = participants
    assert (first.hub, first.meter.identifier) == ("uci-data-01", "uci-data-01")
    assert (first.patient.identifier, first.patient.given_name) == ("UCI-data-01", "UCI")
    assert first.patient.family_name == "patient 01"
    assert topic(third.hub, Channel.READINGS)  # it is a name for a hub


def test_two_files_of_one_name_are_not_one_patient(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a/data-01"), write(tmp_path / "b/data-01")
    with pytest.raises(ReplayError, match=f"{other} and {one} would both be patient data-01"):
        read_participants([one, other])


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match="data-01 cannot be read: No such file"):
        read_participants([tmp_path / "data-01"])
    with pytest.raises(ReplayError, match=r"holds no file named data-\*"):
        read_participants([tmp_path])
    with pytest.raises(ReplayError, match="cannot be named after this file"):
        read_participants([write(tmp_path / "---")])
