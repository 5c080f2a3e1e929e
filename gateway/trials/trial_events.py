"""What happens to patients and to the people who care for them, as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerting.policy import Effect
from alerting.rules import Priority
from gateway.readings.subjects import JudgedReading


class RaisedEvent(StrEnum):
    """What can happen."""

    INTERRUPTION = "interruption"
    JOINED = "joined"
    COMPLETED = "completed"
    EPISODE_OPENED = "episode-opened"
    EPISODE_CLEARED = "episode-cleared"
    EPISODE_ABSORBED = "episode-absorbed"


@dataclass(frozen=True)
class TrialEvent:
    """Something that happens. `cause` is that of an interruption; `evidence` are the readings it rests on.

    `at` is when people could know it; what was measured when stands in the evidence.
    """

    at: datetime
    event: RaisedEvent
    patient: str
    condition: str
    reason: str
    cause: Effect | None = None
    rule: str | None = None
    priority: Priority | None = None
    task: str | None = None
    episode: str | None = None
    evidence: Sequence[JudgedReading] = ()

    def as_json(self) -> str:
        """One line; what does not apply is null."""
        line = {
            "at": self.at.isoformat(),
            "event": self.event,
            "cause": self.cause,
            "patient": self.patient,
            "condition": self.condition,
            "rule": self.rule,
            "priority": self.priority,
            "task": self.task,
            "episode": self.episode,
            "reason": self.reason,
            "evidence": [_measured(reading) for reading in self.evidence],
        }
        return json.dumps(line, ensure_ascii=False)


def _measured(reading: JudgedReading) -> Mapping[str, object]:
    """A reading with its values in canonical units, what it has no number for, and its marks."""
    measured: dict[str, object] = {"measured_at": reading.key.measured_at.isoformat()}
    if reading.values:
        measured["values"] = {
            vital.code: {"value": value, "unit": vital.unit} for vital, value in reading.values.items()
        }
    if reading.absent:
        measured["absent"] = dict(reading.absent)
    if reading.marks:
        measured["marks"] = sorted(reading.marks)
    return measured
