"""What the templates of patients show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gateway.web.parts.views import Frame
from gateway.web.parts.words import Moment


@dataclass(frozen=True)
class LatestValue:
    name: str
    value: str
    measured: Moment


@dataclass(frozen=True)
class PatientRow:
    patient_id: int
    name: str
    born: str
    identifier: str
    programmes: Sequence[str]
    open_tasks: int
    latest: Sequence[LatestValue]


@dataclass(frozen=True)
class DirectoryPage:
    template: ClassVar = "patients/directory.html"
    frame: Frame
    search: str
    is_unjudged: bool  # only who is not judged yet
    rows: Sequence[PatientRow]
    is_cut: bool  # there may be more
    is_in_no_team: bool  # whoever looks
