"""A task that climbed while nobody looked says so to whoever looks next, against the real database."""

from __future__ import annotations

from datetime import timedelta

from alerting.rules import Priority
from gateway.database.pool import Pool
from tests.gateway.escalation.escalation_clinic import EscalationClinic
from tests.gateway.web.clinic import NOW, Clinic
from tests.gateway.web.conftest import SignIn

FRIDAY_NIGHT = NOW - timedelta(hours=38)


async def test_who_looks_on_sunday_sees_whom_friday_night_told(
    sign_in: SignIn, clinic: Clinic, pool: Pool
) -> None:
    waiting = EscalationClinic(clinic, pool)
    task_id = await waiting.raise_task(Priority.URGENT, FRIDAY_NIGHT)
    for minutes in range(15, 38 * 60, 60):
        await waiting.pass_until(FRIDAY_NIGHT + timedelta(minutes=minutes), runs=1)
    ann = await sign_in("ann")
    page = (await ann.get(f"/tasks/{task_id}")).text
    for told in ("to the team&#39;s nurses are on", "to the backup is on", "to the lead is on"):
        assert page.count(told) == 1
    found = (await ann.get(f"/api/tasks/{task_id}")).json()
    assert found["task"]["is_overdue"]
    assert len(found["escalations"]) > 30  # the lead again and again: nobody has answered
