"""Rules on readings as they arrive, judged as live, with a team that completes its tasks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from alerting.rules import Priority, Rule
from gateway.readings.subjects import Subject
from gateway.trials.readings_file import Arrival
from gateway.trials.simulated_patient import SimulatedPatient
from gateway.trials.trial_events import TrialEvent


class Trial:
    """Rules on readings of many patients, who live in `zone` and whose own `numbers` are the same.

    `team` says after how long tasks of a priority are completed.
    """

    def __init__(
        self,
        rules: tuple[Rule, ...],
        team: Mapping[Priority, timedelta],
        zone: ZoneInfo,
        numbers: Mapping[str, float] | None = None,
    ) -> None:
        never = datetime.min.replace(tzinfo=UTC)
        self._subject = Subject(0, 0, never, rules, zone, numbers or {})
        self._team = team
        self._patients: dict[str, SimulatedPatient] = {}
        self._completions: list[tuple[datetime, int, str, str, str]] = []
        self._pushed = 0

    def arrive(self, arrival: Arrival) -> Iterator[TrialEvent]:
        """What happens up to the arrival of a reading, and by it. Readings come in order of arrival."""
        yield from self._completed_until(arrival.at)
        if arrival.patient not in self._patients:
            self._patients[arrival.patient] = SimulatedPatient(arrival.patient, self._subject)
        for event in self._patients[arrival.patient].arrive(arrival):
            self._plan(event)
            yield event

    def _plan(self, event: TrialEvent) -> None:
        if event.cause is None or event.priority is None or event.priority not in self._team:
            return
        self._pushed += 1
        who = event.patient, event.condition, str(event.task)
        heappush(self._completions, (event.at + self._team[event.priority], self._pushed, *who))

    def _completed_until(self, now: datetime) -> Iterator[TrialEvent]:
        while self._completions and self._completions[0][0] <= now:
            at, _, patient, condition, task = heappop(self._completions)
            yield from self._patients[patient].complete(condition, task, at)
