"""Whose a log is: one invented patient with one hub and one meter for each file, named after it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from edge_agent.wire.messages import Device
from simulators.provisioning import NewPatient
from simulators.replay.errors import ReplayError
from simulators.replay.uci import ZONE, Log, read_log

LOGS_OF_A_FOLDER = "data-*"
LONGEST_NAME = 50
BORN = date(1950, 1, 1)
"""The logs do not say."""


@dataclass(frozen=True)
class Participant:
    """One file, under the name that all of its identities are made of."""

    path: Path
    name: str
    log: Log

    @property
    def hub(self) -> str:
        return f"uci-{self.name}"

    @property
    def meter(self) -> Device:
        return meter_of(self.name)

    @property
    def patient(self) -> NewPatient:
        return NewPatient(
            identifier=f"UCI-{self.name}",
            family_name=f"patient {self.name.removeprefix('data-')}",
            given_name="UCI",
            birth_date=BORN,
            time_zone=ZONE,
            programmes=("diabetes",),
        )


def meter_of(name: str) -> Device:
    return Device(identifier=f"uci-{name}", model="UCI diabetes log")


def read_participants(paths: Sequence[Path]) -> tuple[Participant, ...]:
    """The files, and of folders all of theirs, read. Raises ReplayError."""
    found: dict[str, Participant] = {}
    for path in (file for given in paths for file in _files(given)):
        name = re.sub(r"[^a-z0-9]+", "-", path.name.lower()).strip("-")[:LONGEST_NAME]
        if not name:
            raise ReplayError(f"{path}: a patient cannot be named after this file")
        if name in found:
            raise ReplayError(f"{path} and {found[name].path} would both be patient {name}: rename one")
        try:
            found[name] = Participant(path, name, read_log(path.read_bytes(), meter_of(name)))
        except OSError as error:
            raise ReplayError(f"{path} cannot be read: {error.strerror}") from error
    return tuple(found.values())


def _files(given: Path) -> Iterator[Path]:
    if not given.is_dir():
        yield given
        return
    try:
        logs = sorted(path for path in given.iterdir() if path.match(LOGS_OF_A_FOLDER))
    except OSError as error:
        raise ReplayError(f"{given} cannot be read: {error.strerror}") from error
    if not logs:
        raise ReplayError(f"{given} holds no file named {LOGS_OF_A_FOLDER}")
    yield from logs
