"""The database that the console is measured in: it holds what it says, and opens to who is signed in."""

from __future__ import annotations

from datetime import UTC, datetime

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from gateway.staff import organisations, sessions
from gateway.staff.permissions import Role
from gateway.staff.sign_in import digest
from gateway.tasks import tasks
from gateway.tasks.tasks import Wanted
from simulators.bench.filled_database import A_TEAM, READINGS_EACH, TASKS_EACH, fill


async def test_it_is_filled_with_patients_their_readings_and_their_tasks(database_url: str) -> None:
    now = datetime.now(UTC)
    async with await AsyncConnection.connect(database_url) as conn:
        organisation_id = await organisations.add_organisation(conn, "Clinic")
        assert organisation_id is not None
        await organisations.add_care_team(conn, organisation_id, "Team 0")
        tokens = await fill(conn, 2 * A_TEAM, now)

        async def count(table: str) -> int:
            counting = SQL("SELECT count(*) FROM {}").format(Identifier(table))
            [(rows,)] = await (await conn.execute(counting)).fetchall()
            return int(rows)

        assert await count("patient") == 2 * A_TEAM
        assert await count("reading") == 2 * A_TEAM * READINGS_EACH
        assert await count("task") == 2 * A_TEAM * TASKS_EACH + A_TEAM
        found = {}
        for role, token in tokens.items():
            staff = await sessions.staff_of(conn, digest(token), now)
            assert staff.role is role
            found[role] = sum((await tasks.count(conn, staff, Wanted(now=now))).by_priority.values())
        assert found == {Role.NURSE: A_TEAM // 2, Role.ADMINISTRATOR: A_TEAM}
