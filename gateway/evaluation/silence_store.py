"""What is expected of patients held against what came, and the tasks of those from whom nothing comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import inf

from psycopg import AsyncConnection

from alerting.rules import Priority
from gateway.database import statements
from gateway.evaluation import apply
from gateway.evaluation.load import Ids
from gateway.evaluation.outages import TOGETHER
from gateway.evaluation.silence import BACK_WITHIN_S, Expectation, Outage, Silent
from gateway.patients import schedules
from gateway.readings.subjects import Subject
from gateway.tasks import create
from gateway.tasks.create import NewTask
from gateway.tasks.states import Origin

_SQL = statements.load(__name__)
OUTAGE_STEPS = (
    "Find out what is away: the home's power and internet, the hub, or the broker.",
    "Look at who has not been heard from, and call those for whom a missing value matters today.",
    "Two hours after the hub is back, whoever is still missing has a task of their own.",
)


async def expectations(
    conn: AsyncConnection, subjects: Sequence[Subject], now: datetime
) -> list[Expectation]:
    """What is expected of those subjects who have a schedule."""
    planned = await schedules.expected(conn, [subject.patient_id for subject in subjects])
    if not planned:
        return []
    wanted = [(patient, vital, each.since) for patient, of in planned.items() for vital, each in of.items()]
    columns = zip(*wanted, strict=True)
    row = dict(zip(("patient_ids", "vitals", "sinces"), map(list, columns), strict=True)) | {"now": now}
    rows = await (await conn.execute(_SQL["last_values"], row)).fetchall()
    last = {(patient_id, vital): at.timestamp() for patient_id, vital, at in rows}
    since = min(each for *_, each in wanted)
    pauses = await schedules.pauses(conn, list(planned), since)
    outages = await _outages(conn, list(planned), now)
    return [
        Expectation(
            subject=subject,
            vital=vital,
            every_hours=each.every_hours,
            since=each.since.timestamp(),
            last=last.get((subject.patient_id, vital), -inf),
            pauses=[
                (begin.timestamp(), inf if end is None else end.timestamp())
                for begin, end in pauses.get(subject.patient_id, ())
            ],
            outages=outages.get(subject.patient_id, ()),
            since_enrolment=each.since_enrolment,
        )
        for subject in subjects
        for vital, each in planned.get(subject.patient_id, {}).items()
    ]


async def open_silence_task(conn: AsyncConnection, silent: Silent, ids: Ids, now: datetime) -> None:
    """Make a task of a silence, or let the task of its outage speak for it."""
    row = {
        "patient_id": silent.subject.patient_id,
        "organisation_id": silent.subject.organisation_id,
        "condition": silent.rule.condition,
        "silent_from": _moment(silent.episode.opened_at),
        "outage_id": silent.outage_id,
    }
    if silent.outage_id is not None:
        await conn.execute(_SQL["group_silence"], row)
        await _open_outage_task(conn, silent, now)
        return
    row |= {
        "episode_id": await _episode_id(conn, silent, ids),
        "rule_id": silent.rule.rule_id,
        "rule_version": silent.rule.version,
        "rule_source": silent.rule.source,
        "title": silent.rule.title,
        "reason": silent.reason,
        "steps": list(silent.rule.steps),
        "priority": silent.rule.priority,
        "measured_at": _moment(silent.episode.opened_at),
        "needs_review": silent.rule.needs_review,
        "is_late": False,
        "doubt": None,
        **dict.fromkeys(("repeat_use", "repeat_state", "repeat_from", "repeat_until")),
        "now": now,
    }
    await apply.insert_task(conn, row, now)


async def _episode_id(conn: AsyncConnection, silent: Silent, ids: Ids) -> int:
    """The open episode's, or a new one's."""
    key = ((silent.subject.patient_id, silent.rule.condition), silent.episode.number)
    if key not in ids.episodes:
        row = {
            "organisation_id": silent.subject.organisation_id,
            "patient_id": silent.subject.patient_id,
            "condition": silent.rule.condition,
            "number": silent.episode.number,
            "opened_at": _moment(silent.episode.opened_at),
            "cleared_at": None,
        }
        ids.episodes[key] = await apply.insert_episode(conn, row)
    return ids.episodes[key]


async def _open_outage_task(conn: AsyncConnection, silent: Silent, now: datetime) -> None:
    """One task for an outage, with its first silence; that of one hub is its patient's team's."""
    row = {"outage_id": silent.outage_id, "patient_id": silent.subject.patient_id}
    [(hub, began_at, task_id, care_team_id)] = await (await conn.execute(_SQL["lock_outage"], row)).fetchall()
    if task_id is not None:
        return
    what = "Most hubs are not heard from" if hub is None else f"The hub {hub} is not heard from"
    task = NewTask(
        silent.subject.organisation_id,
        Origin.OPERATIONAL,
        title=what,
        reason=f"Nothing has come since {began_at:%Y-%m-%d %H:%M} UTC, and patients are missed since.",
        priority=Priority.URGENT,
        steps=OUTAGE_STEPS,
        condition=f"outage:{silent.outage_id}",
        care_team_id=care_team_id,
    )
    opened = await create.open_task(conn, task, now)
    await conn.execute(_SQL["keep_task"], row | {"task_id": opened.task_id})


async def _outages(
    conn: AsyncConnection, patient_ids: Sequence[int], now: datetime
) -> Mapping[int, list[Outage]]:
    found: dict[int, list[Outage]] = defaultdict(list)
    row = {
        "patient_ids": list(patient_ids),
        "now": now,
        "together": TOGETHER,
        "recovered_since": now - timedelta(seconds=BACK_WITHIN_S),
    }
    for patient_id, outage_id, began, recovered in await (
        await conn.execute(_SQL["outages"], row)
    ).fetchall():
        recovered_at = None if recovered is None else recovered.timestamp()
        found[patient_id].append(Outage(outage_id, began.timestamp(), recovered_at))
    return found


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
