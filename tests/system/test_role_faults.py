"""Roles of one process have fates of their own: what one of them meets ends neither it nor another."""

from __future__ import annotations

from pathlib import Path

import httpx
from psycopg import AsyncConnection

from simulators.provisioning import administrator
from tests.gateway.unreadable_rows import YEAR_10000, make_unreadable
from tests.servers.broker import Broker
from tests.servers.gateway import Gateway
from tests.servers.patience import eventually
from tests.servers.ports import LOOPBACK
from tests.system.pipeline import ASTA, open_gateway, rows


async def test_roles_that_cannot_work_keep_no_other_from_it_are_shown_and_heal(
    tmp_path: Path, database_url: str, broker: Broker
) -> None:
    async with open_gateway(tmp_path / "gateway", database_url, broker) as gateway:
        async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
            await conn.execute("ALTER TABLE due RENAME TO due_elsewhere")
            await conn.execute("ALTER TABLE notification RENAME TO notification_elsewhere")
            shown = "SELECT role FROM set_aside WHERE item IN ('judge', 'deliver') ORDER BY role"

            async def are_both() -> bool:
                return await rows(database_url, shown) == [("evaluate",), ("notify",)]

            await eventually(are_both, seconds=60)
            async with httpx.AsyncClient(base_url=gateway.address, trust_env=False) as web:
                assert (await web.get("/livez")).status_code == 200
            async with administrator(gateway.address, gateway.sign_in) as api:
                await api.ensure_patient(ASTA)
            assert gateway.is_running
            await conn.execute("ALTER TABLE due_elsewhere RENAME TO due")
            await conn.execute("ALTER TABLE notification_elsewhere RENAME TO notification")

            async def is_none() -> bool:
                return await rows(database_url, "SELECT FROM set_aside") == []

            await eventually(is_none, seconds=90)
        gateway.ask_to_end()
        assert await gateway.ended() == 0
        assert "UndefinedTable (42P01)" in gateway.log


async def test_a_database_with_rows_that_cannot_be_read_starts_and_works_for_everybody_else(
    tmp_path: Path, database_url: str, broker: Broker
) -> None:
    async with open_gateway(tmp_path / "gateway", database_url, broker) as gateway:
        async with administrator(gateway.address, gateway.sign_in) as api:
            patient_id = await api.ensure_patient(ASTA)
        async with await AsyncConnection.connect(database_url) as conn:
            await make_unreadable(
                conn,
                "patient_state",
                "UPDATE patient_state SET rejudge_from = %s, next_due_at = 'epoch' WHERE patient_id = %s",
                YEAR_10000,
                patient_id,
            )
        gateway.kill()
        gateway.start()
        await gateway.ready()
        aside = "SELECT kind, reason FROM set_aside"
        assert await eventually(lambda: rows(database_url, aside)) == [("patient", "DataError")]
        assert gateway.is_running
        assert "10000" not in gateway.log
        numbers = await gateway.numbers()
        assert numbers['hearthbeat_set_aside{role="evaluate"}'] == 1


async def test_what_cannot_start_ends_and_says_what_to_do(
    tmp_path: Path, database_url: str, broker: Broker
) -> None:
    async with open_gateway(tmp_path / "gateway", database_url, broker) as gateway:
        second = gateway.beside("web", 0)
        second.start()
        assert await second.ended() == 1
        assert f"HEARTHBEAT_WEB_PORT: cannot listen on {LOOPBACK} port {gateway.web_port}" in second.log
        gateway.ask_to_end()
        assert await gateway.ended() == 0
    bare = Gateway(tmp_path / "bare", database_url, broker, "evaluate")
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        await conn.execute("DELETE FROM migration WHERE file = (SELECT max(file) FROM migration)")
    bare.start()
    assert await bare.ended() == 1
    assert "run `hearthbeat migrate`" in bare.log
