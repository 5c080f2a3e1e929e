"""A database that an earlier version has made and filled, brought to this one: every row is there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from psycopg import AsyncConnection

from gateway.database.migrate import check, migrate, shipped
from gateway.database.pool import open_pool
from gateway.evaluation.evaluate import evaluate_once
from gateway.rules import load_shipped
from tests.gateway.database.earlier import CAPTURED, make_earlier, migrations_of
from tests.gateway.evaluation.sweep_once import sweep_once
from tests.gateway.ward import NOON

OF_CONTROL = "UPDATE reading SET flags = 1 << 29 WHERE blood_glucose"
CLEARED_BY_300 = """UPDATE episode SET cleared_at = measured_at
FROM reading WHERE condition = 'hypoglycaemia' AND blood_glucose = 300"""


@pytest.fixture
def otherwise() -> list[str]:
    """What is otherwise than it was captured."""
    return []


@pytest.fixture
async def migrated(database_url: str, otherwise: list[str]) -> AsyncIterator[AsyncConnection]:
    """What version 51a7713 left, at this version."""
    rows = (CAPTURED / "51a7713_rows.sql").read_bytes()
    await make_earlier(database_url, migrations_of("51a7713"), rows, *map(str.encode, otherwise))
    assert await migrate(database_url, NOON) == list(shipped())
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        await check(conn)
        yield conn


async def test_its_readings_tasks_and_quarantine_are_there(migrated: AsyncConnection) -> None:
    async def rows(query: str) -> list[tuple[object, ...]]:
        return await (await migrated.execute(query.encode())).fetchall()

    weights = [80.0, 80.7, 81.4, 82.1, 82.8]
    assert await rows("SELECT round(body_weight::numeric, 1)::float8 FROM reading WHERE body_weight > 0") == [
        (each,) for each in weights
    ]
    glucose = [120, 121, 122, 123, 124, 48, 52, 300]
    assert await rows("SELECT blood_glucose FROM reading WHERE blood_glucose > 0 ORDER BY position") == [
        (each,) for each in glucose
    ]
    assert await rows("SELECT name, epoch, held::text FROM hub_run JOIN hub USING (hub_id)") == [
        ("home-1", 7, "{[1,16)}")
    ]
    tasks = (
        "SELECT rule_id, status, username FROM task LEFT JOIN staff ON staff_id = owner_id ORDER BY rule_id"
    )
    assert sorted(await rows(tasks)) == [
        ("glucose-below-54", "accepted", "nora"),
        ("weight-gain-3-days", "ready", None),
    ]
    assert await rows("SELECT count(*) FROM evidence JOIN task USING (task_id)") == [(4,)]
    assert await rows("SELECT state, epoch, first_position FROM quarantine ORDER BY first_position") == [
        ("open", 7, 1),
        ("open", 7, 13),
    ]


async def test_what_waited_to_be_judged_is_judged_by_this_version(
    database_url: str, migrated: AsyncConnection
) -> None:
    assert await (await migrated.execute("SELECT count(*) FROM due")).fetchall() == [(1,)]
    async with open_pool(database_url) as pool:
        while await evaluate_once(pool, load_shipped(), NOON):
            """There may be more."""
    assert await (await migrated.execute("SELECT count(*) FROM due")).fetchall() == [(0,)]
    assert await (await migrated.execute("SELECT count(*) FROM task")).fetchall() == [(2,)]


async def test_who_was_enrolled_without_a_schedule_has_the_programmes_from_now_on(
    database_url: str, migrated: AsyncConnection
) -> None:
    async with open_pool(database_url) as pool:
        for _ in range(2):
            await sweep_once(pool, load_shipped(), NOON)
    found = await migrated.execute(
        "SELECT identifier, programme, vital, every_hours, since, set_by, by_programme"
        " FROM schedule JOIN patient USING (patient_id) ORDER BY 1, 2"
    )
    assert await found.fetchall() == [
        (patient, programme, vital, 24, NOON, None, True)
        for patient, programme, vital in (
            ("P1", "diabetes", "blood_glucose"),
            ("P1", "heart-failure", "body_weight"),
            ("P1", "hypertension", "systolic_bp"),
            ("P2", "diabetes", "blood_glucose"),
        )
    ]
    told = await migrated.execute("SELECT title, steps FROM task WHERE rule_id IS NULL")
    [(title, lists)] = await told.fetchall()
    assert title == "Schedules of measurements were added"
    assert [each.partition(": ")[2] for each in lists[:-1]] == ["P1, P2", "P1", "P1"]


async def test_what_patients_measured_is_summarised_day_by_day(migrated: AsyncConnection) -> None:
    summarised = await migrated.execute(
        "SELECT vital, sum(readings)::int, min(low), max(high) FROM daily_summary GROUP BY vital ORDER BY 1"
    )
    assert await summarised.fetchall() == [
        ("blood_glucose", 8, 48, 300),
        ("body_weight", 5, 80, pytest.approx(82.8, abs=1e-5)),
    ]


TASK = "SELECT status FROM task WHERE condition = 'hypoglycaemia'"
EPISODE = """SELECT extract(day FROM opened_at)::int, extract(day FROM cleared_at)::int,
entered_in_error_at IS NOT NULL FROM episode WHERE condition = 'hypoglycaemia'"""


@pytest.mark.parametrize(
    ("otherwise", "status", "migrated_episode", "judged_episode"),
    [
        ([f"{OF_CONTROL} IN (48, 52)"], "entered-in-error", (25, None, True), (25, None, True)),
        ([f"{OF_CONTROL} = 48"], "accepted", (26, None, False), (26, 28, False)),
        ([CLEARED_BY_300, f"{OF_CONTROL} = 300"], "accepted", (25, None, False), (25, None, False)),
    ],
    ids=["all of it", "some of it", "what cleared it"],
)
async def test_what_was_told_of_control_solution_is_taken_back(
    database_url: str,
    migrated: AsyncConnection,
    status: str,
    migrated_episode: tuple[object, ...],
    judged_episode: tuple[object, ...],
) -> None:
    """What the 300 of the 28th would clear was not judged when the database was captured."""

    async def rows(query: str) -> list[tuple[object, ...]]:
        return await (await migrated.execute(query.encode())).fetchall()

    assert (await rows(TASK), await rows(EPISODE)) == ([(status,)], [migrated_episode])
    async with open_pool(database_url) as pool:
        while await evaluate_once(pool, load_shipped(), NOON):
            """There may be more."""
    assert (await rows(TASK), await rows(EPISODE)) == ([(status,)], [judged_episode])


@pytest.mark.parametrize("otherwise", [[f"{OF_CONTROL} IN (48, 52)"]])
async def test_days_are_summarised_without_control_solution(migrated: AsyncConnection) -> None:
    summarised = await migrated.execute(
        "SELECT sum(readings)::int, min(low) FROM daily_summary WHERE vital = 'blood_glucose'"
    )
    assert await summarised.fetchall() == [(6, 120)]
