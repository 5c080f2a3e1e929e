"""`hearthbeat rules backtest`: what other rules would change for stored readings."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.rules import shipped_file
from gateway.staff import organisations
from gateway.staff.permissions import Role
from tests.gateway.ward import METER, Ward, glucose, message

BEGAN = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=20)
HOUR = timedelta(hours=1)
VALUES = {"P1": (100, 50, 110, 61, 120), "P2": (100, 410, 120, 110, 100), "P3": (100, 110, 120, 130, 140)}


@pytest.fixture
async def stored(ward: Ward, pool: Pool) -> Ward:
    """Three patients with diabetes, and one who is in another programme; a value every six hours."""
    for name, values in (VALUES | {"P4": (40, 40, 40, 40, 40)}).items():
        patient_id = await ward.patient(name, "hypertension" if name == "P4" else "diabetes")
        meter = METER.model_copy(update={"identifier": f"meter-{name}"})
        await ward.assign(patient_id, meter, since=BEGAN - HOUR)
        for number, value in enumerate(values):
            at = BEGAN + number * 6 * HOUR
            await store_batch(pool, Registry(), [message(glucose(value, at, device=meter), now=at)], at)
    return ward


@pytest.fixture
def looser(tmp_path: Path) -> Path:
    """Diabetes, where a low is one below 65 mg/dL, and a single high value calls nobody."""
    shipped = shipped_file("diabetes")
    assert shipped is not None
    text = shipped.read_text()
    assert "below = 54" in text
    assert "above = 400" in text
    path = tmp_path / "new.toml"
    path.write_text(text.replace("below = 54", "below = 65").replace("above = 400", "above = 450"))
    return path


async def backtested(database_url: str, *options: str, user: str = "nora") -> Result:
    environment = {"HEARTHBEAT_DATABASE_URL": database_url, "HEARTHBEAT_USER": user}
    arguments = ["rules", "backtest", *options]
    return await asyncio.to_thread(CliRunner(env=environment).invoke, main, arguments)


async def test_what_is_added_and_no_longer_caught_is_said_by_patient(
    stored: Ward, database_url: str, looser: Path
) -> None:
    result = await backtested(database_url, "--rules", str(looser), "--programme", "diabetes", "--json")
    assert result.exit_code == 0, result.output
    everybody, *changed = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["patient"] for each in changed] == ["P1", "P2"]
    assert changed[0]["added"] == {"glucose-below-54": 1}  # 61 mg/dL
    assert changed[0]["lost"] == {}
    assert (changed[0]["now"], changed[0]["then"]) == (
        {"urgent": 1, "routine": 0},
        {"urgent": 2, "routine": 0},
    )
    assert changed[1]["lost"] == {"glucose-above-400": 1}
    assert changed[1]["then"] == {"urgent": 0, "routine": 0}
    assert everybody["patient"] == "all"
    assert everybody["days"] == sum(each["days"] for each in changed) * 3 / 2
    assert everybody["now"]["urgent"] == everybody["then"]["urgent"] == 2

    told = (await backtested(database_url, "--rules", str(looser), "--programme", "diabetes")).stdout
    assert "Added, readings by rule:\n  1 glucose-below-54\n" in told
    assert "No longer caught, readings by rule:\n  1 glucose-above-400\n" in told
    assert told.index("P2: 1 to 0 interruptions") < told.index("P1: 1 to 2 interruptions")
    assert "P3" not in told
    rows = await stored.conn.execute("SELECT path, cardinality(patient_ids) FROM access")
    assert await rows.fetchall() == [("rules backtest", 3)] * 2


async def test_the_same_rules_change_nothing(stored: Ward, database_url: str) -> None:
    result = await backtested(database_url, "--rules", "diabetes")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("Nothing changes for anybody.\n")
    assert "urgent   33.33 now, 33.33 then" in result.stdout


async def test_only_what_happened_since_counts(stored: Ward, database_url: str, looser: Path) -> None:
    result = await backtested(
        database_url, "--rules", str(looser), "--programme", "diabetes", "--since", "1d", "--json"
    )
    [everybody] = [json.loads(line) for line in result.stdout.splitlines()]
    assert (everybody["days"], everybody["now"]["urgent"]) == (0, 0)


async def test_nobody_out_of_reach_is_judged(stored: Ward, database_url: str, looser: Path) -> None:
    team_id = await organisations.add_care_team(stored.conn, stored.nurse.organisation_id, "Another team")
    await organisations.add_staff(
        stored.conn,
        stored.nurse.organisation_id,
        username="olga",
        name="Olga",
        role=Role.NURSE,
        password_hash="no password",
        care_team_ids=[team_id],
        now=BEGAN,
    )
    await stored.conn.commit()
    options = ("--rules", str(looser), "--programme", "diabetes", "--json")
    result = await backtested(database_url, *options, user="olga")
    [everybody] = [json.loads(line) for line in result.stdout.splitlines()]
    assert everybody["days"] == 0
    refused = await backtested(database_url, *options, user="nobody")
    assert refused.exit_code == 1
    assert "nobody" in refused.stderr


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--rules", "asthma"), "asthma: there is no such file, and no such set"),
        (("--rules", "diabetes", "--programme", "asthma"), "there is no 'asthma'; known are "),
        (("--rules", "diabetes", "--since", "long"), "'long' is no span of time"),
        (("--rules", "diabetes", "--team", "soon=8h"), "--team: expected such as urgent=8h,routine=72h"),
    ],
)
async def test_what_cannot_be_used_is_said(options: tuple[str, ...], complaint: str) -> None:
    result = await backtested("postgresql://nowhere", *options)
    assert result.exit_code == 2
    assert complaint in result.stderr
