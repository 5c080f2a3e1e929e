"""Logs of glucometers through the whole way: sent as hubs send them, stored once, judged at their own time.

The logs of real patients are "Diabetes" of the UCI Machine Learning Repository (M. Kahn, AIM-94; CC BY 4.0).
They are read from HEARTHBEAT_UCI_DIR or the folder beside the project. A small log of our own always runs.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import pytest

from tests.servers.broker import Broker
from tests.servers.gateway import Gateway
from tests.system.reference_logs import judge_by_reference, read_by_reference
from tests.system.replays import Replays, follow_passwords

BESIDE = Path(__file__).parents[2].parent / "shared/data/uci-diabetes"
LOGS = Path(os.environ.get("HEARTHBEAT_UCI_DIR") or BESIDE)

OWN_LOG = """\
Date\t\tTime\tCode\tValue
04-21-1991\t9:09\t58\t100
04-21-1991\t9:09\t33\t009
04-21-1991\t17:08\t62\t53
04-21-1991\t17:08\t48\t53
04-21-1991\t22:51\t48\t0Lo
04-21-1991\t22:51\t65\t0
04-22-1991\t7:35\t58\t0Hi
04-22-1991\t7:35\t34\t6.5
04-22-1991\t7:35\t34\t6.5
04-22-1991\t12:0\t60\t54

04-22-1991\t13:40\t36\t101
04-22-1991\t16:56\t62\t0
06-31-1991\t07:50\t58\t149
\t138\t33\t3A
04-23-1991\t7:25\t58\tmany
04-24-1979\t7:25\t58\t90
"""
OWN_UNUSABLE = {
    13: "code 36 is not documented",
    14: "a glucose value of zero",
    15: "no such date or time",
    16: "the date is not MM-DD-YYYY",
    17: "the value is not a number",
}


@pytest.fixture
async def pipeline(tmp_path: Path, database_url: str, broker: Broker) -> AsyncIterator[Replays]:
    home, temporary = tmp_path / "gateway", tmp_path / "temporary"
    temporary.mkdir()
    gateway = Gateway(home, database_url, broker)
    await gateway.set_up()
    broker.reload()
    following = asyncio.create_task(follow_passwords(broker))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEARTHBEAT_")}
    with gateway:
        await gateway.ready()
        yield Replays(
            database_url,
            {
                **kept,
                "HEARTHBEAT_HOME": str(home),
                "HEARTHBEAT_WEB_PORT": str(gateway.web_port),
                "HEARTHBEAT_BROKER_PORT": str(broker.port),
                "TMPDIR": str(temporary),
            },
        )
        assert list(temporary.iterdir()) == []  # outboxes hold health data
    following.cancel()


@pytest.fixture
def own_log(tmp_path: Path) -> Path:
    log = tmp_path / "data-77"
    write_lines(log, None)
    return log


def write_lines(log: Path, last: int | None) -> None:
    """Our own log, up to a line."""
    log.write_text("".join(OWN_LOG.splitlines(keepends=True)[:last]))


async def test_a_small_log_becomes_readings_events_and_a_task(pipeline: Replays, own_log: Path) -> None:
    result = await pipeline.replay(str(own_log))

    assert result.code == 1  # of 1979
    assert result.errors.endswith("Error: the gateway refused 1 of what was sent\n")
    lines = result.output.splitlines()
    named = [f"{own_log}:{line}: {reason}" for line, reason in OWN_UNUSABLE.items()]
    named.append(f"{own_log}:18: captured_at: before 1980")
    assert lines[:6] == named
    assert [" ".join(line.split()) for line in lines[6:] if line.strip()] == [
        "lines read 17",
        "headings 1",
        "readings 7",
        "events 3",
        "repeats of an earlier line 1",
        "unusable 5",
        *(f"{reason} 1" for reason in OWN_UNUSABLE.values()),
        *("readings sent 7", "stored 6", "stored before 0", "refused 1"),
        *("events sent 3", "stored 3", "stored before 0", "refused 0"),
        *("tasks raised 1", "critical-low-glucose 1"),  # one for the backlog, of the first that presses most
    ]
    at = {
        time: datetime(1991, 4, day, hour, minute, tzinfo=UTC)
        for time, day, hour, minute in (
            ("supper", 21, 22, 8),
            ("night", 22, 3, 51),
            ("morning", 22, 12, 35),
            ("noon", 22, 17, 0),
        )
    }
    stored = await pipeline.glucose()
    assert stored["uci-data-77", at["supper"], 53.0] == 2  # one minute, two codes
    assert stored["uci-data-77", at["noon"], 54.0] == 1
    assert stored["uci-data-77", at["night"], None] == 1
    assert await pipeline.ask("SELECT kind, detail, amount, unit FROM event ORDER BY occurred_at, kind") == [
        ("insulin-dose", "regular", 9.0, "[iU]"),
        ("hypoglycaemic-symptoms", None, None, None),
        ("insulin-dose", "nph", 6.5, "[iU]"),
    ]
    patient = "UCI-data-77"
    assert await pipeline.tasks() == {(patient, "hypoglycaemia"): ("critical-low-glucose", at["morning"])}
    assert await pipeline.evidence() == {
        (patient, "hypoglycaemia", at["supper"]),
        (patient, "hypoglycaemia", at["night"]),
        (patient, "hyperglycaemia", at["morning"]),
    }


async def test_again_and_in_part_nothing_is_stored_or_raised_twice(pipeline: Replays, own_log: Path) -> None:
    write_lines(own_log, 4)
    first = await pipeline.report(str(own_log))
    assert first["readings"]["stored"] == 2
    assert [(kept.name, kept.stat().st_mode & 0o777) for kept in pipeline.passwords()] == [
        ("uci-data-77", 0o600)
    ]

    write_lines(own_log, -1)
    second = await pipeline.report(str(own_log))
    assert second["readings"] == {"sent": 6, "stored": 4, "stored_before": 2, "refused": 0}
    assert (
        second["tasks_by_rule"] == {}
    )  # what is lower still, and what is high, joins the task of the backlog

    glucose, evidence, tasks = await pipeline.glucose(), await pipeline.evidence(), await pipeline.tasks()
    third = await pipeline.report(str(own_log))
    assert third["readings"] == {"sent": 6, "stored": 0, "stored_before": 6, "refused": 0}
    assert third["events"] == {"sent": 3, "stored": 0, "stored_before": 3, "refused": 0}
    assert third["tasks_by_rule"] == {}
    assert (await pipeline.glucose(), await pipeline.evidence(), await pipeline.tasks()) == (
        glucose,
        evidence,
        tasks,
    )


async def test_ctrl_c_ends_it_and_leaves_nothing_behind(pipeline: Replays, own_log: Path) -> None:
    async with pipeline.begun(str(own_log)) as process:
        assert process.stderr is not None
        assert (
            await process.stderr.readline() == b"Enrolling a hub, a meter and a patient for each of 1 logs\n"
        )
        process.send_signal(signal.SIGINT)
        _, errors = await process.communicate()
    assert process.returncode == 130
    assert errors.decode().endswith(
        "Stopped. What has its receipt is stored; the same command sends the rest.\n"
    )
    await pipeline.report(str(own_log), code=1)  # one is refused; the rest is there
    assert sum((await pipeline.glucose()).values()) == 6


async def test_who_does_not_answer_is_named_at_once(pipeline: Replays, own_log: Path) -> None:
    no_broker = await pipeline.replay("--broker", "127.0.0.1:1", str(own_log))
    assert no_broker.code == 1
    assert "Error: the broker at 127.0.0.1:1 does not answer" in no_broker.errors
    no_gateway = await pipeline.replay("--console", "http://127.0.0.1:1", str(own_log))
    assert no_gateway.code == 1
    assert "Error: the gateway at http://127.0.0.1:1 does not answer" in no_gateway.errors
    stranger = own_log.with_name("sign-in.toml")
    stranger.write_text('user = "nobody"\npassword = "guessed"\n')
    refused = await pipeline.replay("--sign-in", str(stranger), str(own_log))
    assert refused.code == 1
    assert "refused: The user name or the password is not right." in refused.errors
    assert await pipeline.glucose() == {}


async def test_a_broker_without_a_gateway_is_noticed(
    pipeline: Replays, own_log: Path, tmp_path: Path
) -> None:
    with Broker(tmp_path / "stranger", {}) as stranger:
        where = f"127.0.0.1:{stranger.port}"
        result = await pipeline.replay("--broker", where, "--patience", "2", str(own_log))
    assert result.code == 1
    assert "Error: no receipt for 2 s, with 10 readings still to be answered" in result.errors


@pytest.mark.timeout(1800)  # it sends 15,000 readings and events, twice
@pytest.mark.skipif(
    not LOGS.is_dir(),
    reason='no logs: "Diabetes" is had from the UCI Machine Learning Repository (CC BY 4.0); '
    "HEARTHBEAT_UCI_DIR says where they are",
)
async def test_the_logs_of_35_patients(pipeline: Replays) -> None:
    read = sorted(read_by_reference(LOGS), key=lambda value: (value.log, value.at))
    values = [value for value in read if value.number is not None]
    assert sum(value.stored is not None for value in values) == 6_803
    assert sum(value.stored is None for value in values) == 7
    raises = [
        (f"UCI-{log}", *each)
        for log, of_log in groupby(read, key=lambda value: value.log)
        for each in judge_by_reference(list(of_log))
    ]
    newest = {
        patient: max(at for *_, at in each) for patient, each in groupby(raises, key=lambda each: each[0])
    }

    first = await pipeline.replay("--json", str(LOGS))
    assert first.code == 0, first.errors
    report = json.loads(first.output)
    assert report["lines"] == 15_228
    assert report["headings"] == 1
    assert report["repeats"] == 5
    assert report["readings"] == {"sent": 6_810, "stored": 6_810, "stored_before": 0, "refused": 0}
    assert report["events"] == {"sent": 8_264, "stored": 8_264, "stored_before": 0, "refused": 0}
    assert Counter(each["reason"] for each in report["unusable"]) == {
        "code 56 is not documented": 72,
        "code 0 is not documented": 33,
        "code 4 is not documented": 1,
        "code 36 is not documented": 1,
        "the date is not MM-DD-YYYY": 33,
        "no such date or time": 7,
        "a glucose value of zero": 1,
    }
    assert 1 + 5 + 6_810 + 8_264 + 148 == 15_228
    assert len({(each["file"], each["line"]) for each in report["unusable"]}) == 148
    assert {"file": str(LOGS / "data-20"), "line": 364, "reason": "no such date or time"} in report[
        "unusable"
    ]
    assert "Receipts: 15,074 of 15,074" in first.errors

    stored = await pipeline.glucose()
    assert stored == Counter((f"uci-{value.log}", value.at, value.stored) for value in values)
    pair = datetime(1989, 6, 28, 1, 30, tzinfo=UTC)
    assert sum(n for (device, at, _), n in stored.items() if (device, at) == ("uci-data-27", pair)) == 2

    tasks = await pipeline.tasks()
    assert sum(report["tasks_by_rule"].values()) == len(tasks)
    assert {patient: at for (patient, _), (_, at) in tasks.items()} == newest  # one for each backlog
    evidence = await pipeline.evidence()
    assert evidence == {(patient, condition, at) for patient, condition, _, at in raises}

    second = await pipeline.report(str(LOGS))
    assert second["readings"] == {"sent": 6_810, "stored": 0, "stored_before": 6_810, "refused": 0}
    assert second["events"] == {"sent": 8_264, "stored": 0, "stored_before": 8_264, "refused": 0}
    assert second["tasks_by_rule"] == {}
    assert (await pipeline.glucose(), await pipeline.evidence(), await pipeline.tasks()) == (
        stored,
        evidence,
        tasks,
    )
