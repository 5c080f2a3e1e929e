"""Who was enrolled before enrolment took the programme's schedule: given it once, and each team is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.database.pool import Pool
from gateway.evaluation.evaluate import evaluate_once
from gateway.patients import schedules
from gateway.rules import load_shipped
from gateway.staff import organisations
from tests.gateway.evaluation.sweep_once import sweep_once
from tests.gateway.ward import NOON, Ward

RULES = load_shipped()
TASKS = """SELECT title, reason, steps, priority, care_team.name FROM task JOIN care_team USING (care_team_id)
WHERE origin = 'operational' ORDER BY care_team_id"""


async def enrolled_before(ward: Ward) -> None:
    """As the migration leaves who was enrolled before."""
    await ward.conn.execute("UPDATE enrolment SET lacks_schedule = true")
    await ward.conn.commit()


async def sweep_and_judge(pool: Pool, days: float) -> None:
    now = NOON + timedelta(days=days)
    await judge(pool, now)
    await sweep_once(pool, RULES, now)
    await judge(pool, now)


async def judge(pool: Pool, now: datetime) -> None:
    while await evaluate_once(pool, RULES, now):
        """There may be more."""


async def test_each_team_has_one_task_that_lists_its_patients_and_nobody_is_missed_before(
    ward: Ward, pool: Pool
) -> None:
    for identifier, programmes in (("P2", ("hypertension", "diabetes")), ("P1", ("hypertension",))):
        await ward.patient(identifier, *programmes)
    other = await organisations.add_care_team(ward.conn, ward.nurse.organisation_id, "Other")
    moved = await ward.patient("P3", "heart-failure")
    await ward.conn.execute("UPDATE patient SET care_team_id = %s WHERE patient_id = %s", [other, moved])
    own = await ward.patient("P4", "heart-failure")
    await schedules.set_schedule(
        ward.conn, ward.nurse, own, programme="heart-failure", vital="body_weight", every_hours=168, now=NOON
    )
    await ward.patient("P5", "general")  # asks for nothing
    await enrolled_before(ward)
    for days in (0, 0.1, 1.9):
        await sweep_and_judge(pool, days)
    told = await (await ward.conn.execute(TASKS)).fetchall()
    assert [(title, priority, team) for title, _, _, priority, team in told] == [
        ("Schedules of measurements were added", "routine", "Team"),
        ("Schedules of measurements were added", "routine", "Other"),
    ]
    assert told[0][1].startswith("2 patients had no schedule, so nobody was told")
    assert told[0][2][:-1] == [
        f"{RULES['diabetes'].title}, blood glucose every 24 h: P2",
        "Hypertension, systolic blood pressure every 24 h: P1, P2",
    ]
    assert told[1][2][:-1] == ["Heart failure, body weight every 24 h: P3"]
    [scheduled] = await schedules.schedule(ward.conn, own)
    assert (scheduled.every_hours, scheduled.set_by) == (168, "Nora")
    assert await ward.count("task") == 2
    await sweep_and_judge(pool, 2.1)
    assert await ward.count("task") == 2 + 4
    [(reason,)] = await (
        await ward.conn.execute("SELECT reason FROM task WHERE patient_id = %s", [moved])
    ).fetchall()
    assert reason.startswith("Body weight has never been measured since its schedule began on 1 Mar 2026")


async def test_what_somebody_sets_afterwards_is_not_given_again(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient("P1", "heart-failure")
    await enrolled_before(ward)
    await sweep_and_judge(pool, 0)
    await schedules.set_schedule(
        ward.conn,
        ward.nurse,
        patient_id,
        programme="heart-failure",
        vital="body_weight",
        every_hours=None,
        now=NOON,
    )
    await ward.conn.commit()
    await sweep_and_judge(pool, 0)
    await sweep_and_judge(pool, 30)
    assert await schedules.expected(ward.conn, [patient_id]) == {}
    assert await ward.count("task") == 1
