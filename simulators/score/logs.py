"""The logs of real patients as readings, and what people would have heard of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from alerting.rules import Rule
from edge_agent.wire.codes import EventKind
from edge_agent.wire.messages import Device, Reading
from edge_agent.wire.vitals import Vital
from gateway.readings.subjects import BEYOND, History, JudgedReading, ReadingKey, Subject
from simulators.replay.uci import ZONE, read_log
from simulators.score.calls import Team, calls
from simulators.score.log_score import ScoredPatient, TeamCall

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class ScoredLog:
    """A patient, of whom nobody has heard anything yet, and the readings in order of arrival."""

    patient: ScoredPatient
    readings: Sequence[Reading]


def read(path: Path) -> ScoredLog:
    """A log of the repository."""
    readings = read_log(path.read_bytes(), Device(identifier=path.name)).in_order()
    values = [(each.measured_at, number) for each in readings if (number := _number(each)) is not None]
    symptoms = [each.measured_at for each in readings if _is_symptom(each)]
    return ScoredLog(ScoredPatient(path.name, values, symptoms, calls=()), readings)


def listen(
    logs: Sequence[ScoredLog], rules: Sequence[Rule], team: Team, *, symptoms: bool
) -> list[ScoredPatient]:
    """The patients, with what people hear by `rules`, which are told of `symptoms` or not."""
    subjects = [Subject(number, 0, NEVER, tuple(rules), ZoneInfo(ZONE)) for number in range(len(logs))]
    stored = [
        stored
        for number, log in enumerate(logs)
        for stored in _stored(number, log.readings)
        if symptoms or EventKind.HYPOGLYCAEMIC_SYMPTOMS not in stored.marks
    ]
    by_patient: list[list[TeamCall]] = [[] for _ in logs]
    for call in calls(rules, History.of(subjects, stored).series, team):
        reading, rule = stored[call.reading], call.rule
        by_patient[reading.patient_id].append(
            TeamCall(reading.key.measured_at, rule.condition, rule.priority)
        )
    return [replace(log.patient, calls=tuple(each)) for log, each in zip(logs, by_patient, strict=True)]


def _stored(patient: int, readings: Sequence[Reading]) -> Iterator[JudgedReading]:
    for tie, reading in enumerate(readings):
        yield JudgedReading(
            patient_id=patient,
            key=ReadingKey(reading.measured_at, 0, tie),
            values={vital: quantity.value for vital, quantity in reading.values.items()},
            absent={vital.code: reason for vital, reason in reading.absent.items()},
            marks=frozenset() if reading.event is None else frozenset({reading.event.kind}),
        )


def _is_symptom(reading: Reading) -> bool:
    return reading.event is not None and reading.event.kind is EventKind.HYPOGLYCAEMIC_SYMPTOMS


def _number(reading: Reading) -> float | None:
    """The value, infinite beyond the meter's range."""
    glucose = Vital.BLOOD_GLUCOSE
    if glucose in reading.values:
        return reading.values[glucose].value
    return BEYOND[reading.absent[glucose]] if glucose in reading.absent else None
