"""Which tasks are open the database says once, as the program does, and indexes of open ones find them."""

from __future__ import annotations

import pytest

from alerting.rules import MOST_PRESSING_FIRST
from gateway.database import statements
from gateway.tasks.states import OPEN, Status
from tests.gateway.database.plans import INDEXED, Plan
from tests.gateway.ward import NOON, Ward

FILL = """
INSERT INTO task (organisation_id, patient_id, condition, rule_id, rule_version, rule_source, title, reason,
    steps, priority, status, measured_at, raised_at, owner_id)
SELECT %(organisation_id)s, %(patient_id)s, 'c' || n, 'r', '1', 's', 't', 'r',
    '{}', 'urgent',
    CASE WHEN n <= 20 THEN 'accepted' ELSE 'completed' END, %(now)s, %(now)s, %(staff_id)s
FROM generate_series(1, 4000) AS n
"""
INDEXES = "SELECT indexname, position('is_open' IN indexdef) > 0 FROM pg_indexes WHERE tablename = 'task'"
WANTED = (
    "task_id", "patient_id", "rule_id", "care_team_id", "programme", "priority", "snoozed", "search",
)  # fmt: skip
STATEMENTS = (
    ("tasks.tasks.counts", "tasks.tasks.wanted", "tasks.tasks.by_kind"),
    ("tasks.advance.lock_of",),
    ("evaluation.load.lock_open_tasks",),
)


async def test_the_database_calls_open_what_the_program_does(ward: Ward) -> None:
    found = await ward.conn.execute(
        "SELECT status FROM unnest(%(all)s::text[]) AS status WHERE is_open(status)", {"all": list(Status)}
    )
    assert {Status(status) for (status,) in await found.fetchall()} == OPEN


@pytest.mark.parametrize("statement", STATEMENTS, ids="-".join)
async def test_open_tasks_are_found_among_all_by_their_index(ward: Ward, statement: tuple[str, ...]) -> None:
    patient_id, staff = await ward.patient(), ward.nurse
    who = {"staff_id": staff.staff_id, "organisation_id": staff.organisation_id, "now": NOON}
    await ward.conn.execute(FILL.encode(), who | {"patient_id": patient_id})
    await ward.conn.execute("ANALYZE task")
    what = {"patient_ids": [patient_id], "open_only": True, "mine": False, "within_reach": True}
    row = dict.fromkeys(WANTED) | who | what | {"ranked": list(MOST_PRESSING_FIRST)}
    text = b"\n".join(statements.load_all()[part] for part in statement)
    plan = await Plan.of(ward.conn, text, row, table="task")
    indexes: dict[str, bool] = dict(await (await ward.conn.execute(INDEXES)).fetchall())
    assert {indexes[each] for each in plan.indexes if each in indexes} == {True}
    assert set(plan.scans.values()) <= INDEXED
    await ward.conn.rollback()
