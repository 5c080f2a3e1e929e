"""Rules that failed on somebody's readings: kept until they succeed, tried again, and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from alerting.rules import Priority
from gateway.database import statements
from gateway.evaluation.finding import Failure
from gateway.readings.subjects import Subject
from gateway.tasks import create
from gateway.tasks.create import NewTask
from gateway.tasks.states import Origin

_SQL = statements.load(__name__)
TRY_AGAIN_AFTER = timedelta(minutes=5)
STEPS = (
    "Tell those who run the gateway: its log names the rule and the kind of error.",
    "Until it is mended look at the readings of these patients yourself; other rules judge them as before.",
)


async def keep(
    conn: AsyncConnection, subjects: Sequence[Subject], failures: Sequence[Failure], now: datetime
) -> None:
    """Remember which rules failed on whom, try them again in a while, and forget what has succeeded."""
    row = {
        "judged_ids": [subject.patient_id for subject in subjects],
        "sinces": [subject.since for subject in subjects],
        "kept": [f"{each.subject.patient_id} {each.rule.rule_id}" for each in failures],
    }
    await conn.execute(_SQL["succeeded"], row)
    for each in failures:
        row = {
            "patient_id": each.subject.patient_id,
            "organisation_id": each.subject.organisation_id,
            "rule_id": each.rule.rule_id,
            "since": each.subject.since,
            "error": each.error,
            "again_at": now + TRY_AGAIN_AFTER,
            "now": now,
        }
        await conn.execute(_SQL["failed"], row)
        await conn.execute(_SQL["try_again"], row)
    for organisation_id, rule_id, title in {
        (each.subject.organisation_id, each.rule.rule_id, each.rule.title) for each in failures
    }:
        task = NewTask(
            organisation_id,
            Origin.OPERATIONAL,
            title="A rule fails, and does not judge",
            reason=f"{title} ({rule_id}) fails on the readings of some patients.",
            priority=Priority.URGENT,
            steps=STEPS,
            condition=f"rule-fails:{rule_id}",
        )
        await create.open_task(conn, task, now)
