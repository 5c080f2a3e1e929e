"""A dry or reference weight for whom nobody has set one: proposed from calm weeks, set by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from psycopg import AsyncConnection

from alerting.kinds.target import OffTarget
from alerting.rules import RuleSet
from edge_agent.wire.vitals import Vital
from gateway.database import statements
from gateway.tasks import create
from gateway.tasks.create import NewTask
from gateway.tasks.states import Origin

_SQL = statements.load(__name__)
NUMBER = "dry_weight"
CONDITION = f"no-number:{NUMBER}"
CALM_DAYS = 14
LEAST_DAYS = 7
CALM_KG = 1.0
"""Standard deviation of the days' means. Ours: most homes' weights scatter by 0.5 to 0.9 kg."""
STEPS = (
    "Ask the clinician whether the patient was without swelling and breathlessness in these days.",
    "On the patient's page, under limits, a clinician enters the weight that is right, this one or another.",
)


async def propose(conn: AsyncConnection, now: datetime, *, rule_sets: Mapping[str, RuleSet]) -> None:
    """Open a task, once for each patient whose rules ask for the number and who has had two calm weeks."""
    row = {
        "programmes": list(_programmes(rule_sets)),
        "name": NUMBER,
        "condition": CONDITION,
        "vital": Vital.BODY_WEIGHT.code,
        "days": CALM_DAYS,
        "least_days": LEAST_DAYS,
        "calm_kg": CALM_KG,
        "now": now,
    }
    found = await (await conn.execute(_SQL["calm"], row)).fetchall()
    for organisation_id, patient_id, days, first, last, weight in found:
        span = f"{first.day} {first:%b} to {last.day} {last:%b %Y}"
        task = NewTask(
            organisation_id,
            Origin.OPERATIONAL,
            title="Confirm a dry or reference weight",
            reason=(
                f"Nobody has set one, and a slow gain is held against it. Proposed: {weight:.1f} kg,"
                f" the median of {days} calm days from {span}."
            ),
            steps=STEPS,
            patient_id=patient_id,
            condition=CONDITION,
        )
        await create.open_task(conn, task, now)


def _programmes(rule_sets: Mapping[str, RuleSet]) -> Iterator[str]:
    for name, rule_set in rule_sets.items():
        kinds = (rule.kind for rule in rule_set.rules)
        if any(isinstance(kind, OffTarget) and kind.personal == NUMBER for kind in kinds):
            yield name
