"""One task whose clocks cannot be read, among others, against the real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerting.rules import Priority
from gateway import faults
from tests.gateway.escalation.escalation_clinic import EscalationClinic
from tests.gateway.unreadable_rows import YEAR_10000, make_unreadable

NIGHT = datetime(2026, 3, 7, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def told(waiting: EscalationClinic) -> list[int]:
    return [each for (each,) in await waiting.rows("SELECT DISTINCT task_id FROM escalation ORDER BY 1")]


async def test_a_task_that_cannot_be_read_keeps_no_other_from_climbing_and_heals(
    waiting: EscalationClinic,
) -> None:
    first, bad, last = [await waiting.raise_task(Priority.URGENT, NIGHT + n * MINUTE) for n in range(3)]
    change = "UPDATE task SET resolve_by = %s, next_at = 'epoch' WHERE task_id = %s"
    await make_unreadable(waiting.clinic.conn, "task", change, YEAR_10000, bad)
    await waiting.pass_until(NIGHT + 20 * MINUTE)
    assert await told(waiting) == [first, last]
    [aside] = await faults.list_set_aside(
        waiting.clinic.conn, waiting.clinic.staff["adam"].organisation_id, limit=10
    )
    assert (aside.role, aside.kind, aside.item, aside.reason) == ("escalate", "task", str(bad), "DataError")
    mend = "UPDATE task SET resolve_by = acknowledge_by + interval '1 hour' WHERE task_id = %s"
    await waiting.clinic.conn.execute(mend, [bad])
    await waiting.clinic.conn.commit()
    await waiting.pass_until(NIGHT + 22 * MINUTE)
    assert await told(waiting) == [first, bad, last]
    assert await waiting.rows("SELECT FROM set_aside") == []
