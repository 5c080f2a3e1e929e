"""The same readings through the database and from a file: the same raises, tasks and episodes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from edge_agent.wire.codes import EventKind, ReadingKind
from edge_agent.wire.messages import Device, PatientEvent, Quantity, Reading
from edge_agent.wire.vitals import Vital
from gateway.cli import main
from gateway.database.pool import Pool
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.rules import load_shipped
from gateway.tasks import actions, tasks
from gateway.tasks.actions import Act
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action
from tests.gateway.ward import METER, NOON, Ward, message, new_reading_id

TEAM = {"asap": timedelta(hours=8), "urgent": timedelta(hours=8), "routine": timedelta(hours=72)}
PATIENTS = ("P1", "P2")
AWAY_DAYS, BEFORE_AWAY = 60, 60
"""After so many readings nobody measures for so long: longer than any rule looks back."""
ZONE = "Europe/Berlin"
VALUES: Mapping[str, Mapping[Vital, Sequence[float]]] = {
    "diabetes": {Vital.BLOOD_GLUCOSE: (38, 50, 53, 60, 66, 69, 90, 120, 180, 240, 260, 310, 330, 420)},
    "hypertension": {
        Vital.SYSTOLIC_BP: (118, 128, 134, 139, 150, 183, 190, 221),
        Vital.DIASTOLIC_BP: (70, 78, 84, 88, 95, 122),
    },
    "heart-failure": {Vital.BODY_WEIGHT: (79.2, 79.6, 80, 80.3, 80.7, 81.4, 82.2, 83.5)},
    "general": {
        Vital.SPO2: (88, 91, 93, 95, 97),
        Vital.PULSE_RATE: (38, 48, 62, 75, 112, 135),
        Vital.BODY_TEMPERATURE: (34.9, 36.5, 37.8, 38.4, 39.1, 39.6),
    },
}
"""What is measured, by the set whose rules are tried: each reading holds a value of each."""
SETS = load_shipped()


@dataclass(frozen=True)
class Step:
    """A reading of a patient, or a symptom, and when it arrives."""

    patient: str
    at: datetime
    measured_at: datetime
    values: Mapping[Vital, float]

    @property
    def rows(self) -> str:
        said = [f"{vital.code},{value},{vital.unit}" for vital, value in self.values.items()]
        return "".join(
            f"{self.patient},{what},{self.measured_at.isoformat()},{self.at.isoformat()}\n"
            for what in said or [f"{EventKind.HYPOGLYCAEMIC_SYMPTOMS},,"]
        )

    @property
    def reading(self) -> Reading:
        event = None if self.values else PatientEvent(kind=EventKind.HYPOGLYCAEMIC_SYMPTOMS)
        return Reading(
            reading_id=new_reading_id(),
            kind=ReadingKind.BLOOD_GLUCOSE if self.values else ReadingKind.EVENT,
            device=device_of(self.patient),
            values={vital: Quantity(value=value, unit=vital.unit) for vital, value in self.values.items()},
            event=event,
            measured_at=self.measured_at,
            captured_at=self.at,
            raw="",
        )


def device_of(patient: str) -> Device:
    return METER.model_copy(update={"identifier": f"meter-{patient}"})


def steps(of: str) -> Iterator[Step]:
    """Weeks of readings in order of arrival, two months away in them; one in six is up to three days late."""
    chance = np.random.default_rng(6)
    at = NOON
    for number in range(90):
        at += timedelta(minutes=int(chance.integers(1, 700)), days=AWAY_DAYS * (number == BEFORE_AWAY))
        is_event = of == "diabetes" and chance.random() < 1 / 8
        values = {} if is_event else {each: float(chance.choice(some)) for each, some in VALUES[of].items()}
        is_late = chance.random() < 1 / 6
        late = timedelta(minutes=int(chance.integers(1, 4320))) * int(is_late)
        yield Step(str(chance.choice(PATIENTS)), at, at - late, values)


@dataclass
class Live:
    """The real way from storing on, with a team that completes its tasks."""

    ward: Ward
    pool: Pool
    due: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    raises: list[tuple[Any, ...]] = field(default_factory=list)
    changes: list[list[Any]] = field(default_factory=list)
    seen: int = 0

    async def arrive(self, step: Step) -> None:
        await self._complete_until(step.at)
        await store_batch(self.pool, Registry(), [message(step.reading, now=step.at)], step.at)
        while await evaluate_once(self.pool, SETS, step.at):
            pass
        # Now, for a late reading may move them later.
        self.raises += await self.rows(NAMED + RAISES, {"at": step.at})
        await self._see_changes()
        for task_id, priority in await self.rows("SELECT task_id, priority FROM task WHERE status = 'ready'"):
            known, until = self.due.get(task_id, ("", datetime.max.replace(tzinfo=step.at.tzinfo)))
            if priority != known:
                self.due[task_id] = priority, min(until, step.at + TEAM[priority])

    async def _complete_until(self, now: datetime) -> None:
        for task_id, (_, at) in sorted(self.due.items(), key=lambda item: item[1][1]):
            if at > now:
                continue
            del self.due[task_id]
            task = await tasks.get(self.ward.conn, self.ward.nurse, task_id)
            if task.status.is_open:
                nurse, conn = self.ward.nurse, self.ward.conn
                claimed = await actions.do(conn, Act(task_id, nurse, task.version, at), Action.CLAIM)
                await actions.complete(conn, Act(task_id, nurse, claimed.version, at), Outcome.ADVICE_GIVEN)
            await self.ward.conn.commit()
            await self._see_changes()

    async def _see_changes(self) -> None:
        found = await self.rows(NAMED + CHANGES, {"seen": self.seen})
        self.changes += [change for _, *change in found]
        self.seen = max((number for number, *_ in found), default=self.seen)

    async def rows(self, query: str, row: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        rows = await (await self.ward.conn.execute(query.encode(), row)).fetchall()
        await self.ward.conn.commit()
        return rows


NAMED = """
WITH named AS (
    SELECT *, identifier || '/' || row_number() OVER (PARTITION BY patient_id ORDER BY task_id) AS name
    FROM task JOIN patient USING (patient_id)
)
"""
RAISES = """
SELECT v.added_at, name, v.condition, v.rule_id, v.priority, v.reason,
    identifier || '/' || v.condition || '/' || e.number, v.from_at
FROM evidence v JOIN named USING (task_id) JOIN episode e ON e.episode_id = v.episode_id
WHERE v.added_at = %(at)s
"""
CHANGES = """
SELECT x.task_transition_id, x.at, name, CASE WHEN x.note LIKE 'Now %%' THEN 'raised'
    WHEN x.to_status <> 'ready' THEN 'completed'
    WHEN (b.condition, b.episode_id) = (named.condition, named.episode_id) THEN 'reopened' ELSE 'created' END
FROM task_transition x JOIN named USING (task_id) LEFT JOIN LATERAL (
    SELECT condition, episode_id FROM task
    WHERE task.patient_id = named.patient_id AND task.task_id < named.task_id
        AND named.condition = ANY(task.also || task.condition)
    ORDER BY task.task_id DESC LIMIT 1
) b ON true
WHERE x.task_transition_id > %(seen)s AND x.to_status <> 'accepted'
    AND (x.from_status IS DISTINCT FROM x.to_status OR x.note LIKE 'Now %%')
"""
EPISODES = """
SELECT identifier || '/' || condition || '/' || number, cleared_at
FROM episode JOIN patient USING (patient_id)
"""


def time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("name", VALUES)
async def test_live_tried_and_backtested_are_the_same(
    ward: Ward, pool: Pool, database_url: str, tmp_path: Path, name: str
) -> None:
    for patient in PATIENTS:
        await ward.assign(await ward.patient(patient, name), device_of(patient))
    live = Live(ward, pool)
    text = "patient,vital,value,unit,measured_at,received_at\n"
    for step in steps(name):
        await live.arrive(step)
        text += step.rows
    path = tmp_path / "readings.csv"
    path.write_text(text)
    options = ["--team", "urgent=8h,routine=72h", "--zone", ZONE]
    result = CliRunner().invoke(main, ["rules", "try", name, str(path), *options])
    lines = [json.loads(line) for line in result.stdout.splitlines()]

    raises = [
        (
            time(each["at"]),
            *(each[key] for key in ("task", "condition", "rule", "priority", "reason", "episode")),
            min(time(reading["measured_at"]) for reading in each["evidence"]),
        )
        for each in lines
        if each["event"] in ("interruption", "joined")
    ]
    assert sorted(raises) == sorted(live.raises)
    changes = [
        [time(each["at"]), each["task"], each["cause"] or "completed"]
        for each in lines
        if each["event"] in ("interruption", "completed") and each["cause"] != "woken"  # which is a note
    ]
    assert sorted(changes) == sorted(live.changes)
    cleared = {
        each["episode"]: time(each["evidence"][0]["measured_at"])
        for each in lines
        if each["event"] == "episode-cleared"
    }
    opened = [each["episode"] for each in lines if each["event"] == "episode-opened"]
    assert {episode: cleared.get(episode) for episode in opened} == dict(await live.rows(EPISODES))
    assert {each["cause"] for each in lines} >= {"created", "reopened"}

    stored = await backtested(database_url, "--rules", name, "--since", "9999d", "--lines")
    assert {each["patient"] for each in stored} == set(PATIENTS)
    for patient in PATIENTS:
        last = max(step.at for step in steps(name) if step.patient == patient)  # a backtest ends with it
        assert [each for each in stored if each["patient"] == patient] == [
            each for each in lines if each["patient"] == patient and time(each["at"]) <= last
        ]
    assert len({each["condition"] for each in lines}) >= (3 if name in ("diabetes", "general") else 1)


async def backtested(database_url: str, *options: str) -> list[dict[str, Any]]:
    """The lines of a backtest by the nurse who reaches the patients."""
    environment = {"HEARTHBEAT_DATABASE_URL": database_url, "HEARTHBEAT_USER": "nora"}
    arguments = ["rules", "backtest", *options]
    result = await asyncio.to_thread(CliRunner(env=environment).invoke, main, arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]
