"""While nobody looks, and the process that should look hangs, tasks climb all the same: once each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from psycopg import AsyncConnection

from alerting.rules import Priority
from gateway.tasks import create
from gateway.tasks.create import NewTask
from gateway.tasks.states import Origin
from tests.gateway.web.clinic import Clinic
from tests.servers.broker import Broker
from tests.servers.gateway import Gateway
from tests.servers.patience import eventually
from tests.system.pipeline import rows

LATE = timedelta(minutes=16)
TOLD = "SELECT task_id, clock_run, clock, step, level FROM escalation ORDER BY task_id, step"


async def test_another_process_takes_over_from_one_that_hangs(tmp_path: Path, database_url: str) -> None:
    async with await AsyncConnection.connect(database_url) as conn:
        clinic = await Clinic.open(conn)

        async def raise_task() -> int:
            patient_id = await clinic.add_patient(f"P-{datetime.now(UTC):%f}")
            new = NewTask(
                clinic.organisation_id, Origin.MANUAL, "Call", "Low", Priority.URGENT, patient_id=patient_id
            )
            opened = await create.open_task(conn, new, datetime.now(UTC) - LATE)
            await conn.commit()
            return opened.task_id

        gateway = Gateway(tmp_path / "gateway", database_url, Broker(tmp_path / "broker", {}))
        first = await raise_task()
        with gateway.beside("escalate", 1) as hanging:
            told = await eventually(lambda: rows(database_url, TOLD))
            assert told == [(first, 1, "acknowledge", 0, "role")]
            hanging.pause()
            second = await raise_task()
            with gateway.beside("escalate", 2) as other:
                taken = [(first, 1, "acknowledge", 0, "role"), (second, 1, "acknowledge", 0, "role")]

                async def both_told() -> bool:
                    return await rows(database_url, TOLD) == taken

                await eventually(both_told)
                hanging.go_on()
                third = await raise_task()

                async def all_told() -> bool:
                    told = await rows(database_url, TOLD)
                    return told == [*taken, (third, 1, "acknowledge", 0, "role")]

                await eventually(all_told)
                assert hanging.is_running
                assert other.is_running
    assert await rows(database_url, "SELECT FROM lease WHERE name = 'escalate' AND number > 1")
