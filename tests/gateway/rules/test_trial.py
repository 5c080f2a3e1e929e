"""`hearthbeat rules try`: what rules would do with readings from a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli import main
from tests.examples import examples

HEADER = "patient,vital,value,unit,measured_at\n"
WITH_ARRIVAL = "patient,vital,value,unit,measured_at,received_at\n"
TEAM = ("--team", "urgent=8h,routine=72h")


def tried(folder: Path, text: str, *options: str, rules: str = "diabetes") -> Result:
    path = folder / "readings.csv"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    return CliRunner().invoke(main, ["rules", "try", rules, str(path), *options])


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def story(happenings: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Hour and minute of each, and what it was."""
    return [(each["at"][11:16], each["cause"] or each["event"]) for each in happenings]


def glucose(*values: tuple[str, float | str], patient: str = "P1", unit: str = "mg/dL") -> str:
    """Rows of the first day of March."""
    rows = [f"{patient},blood_glucose,{value},{unit},2026-03-01T{at}:00Z\n" for at, value in values]
    return "".join(rows)


def test_a_low_interrupts_once_until_it_is_completed(tmp_path: Path) -> None:
    text = HEADER + glucose(
        ("08:00", 100), ("09:00", 50), ("10:00", 48), ("17:00", 49), ("18:00", 60), ("19:00", 110)
    )
    happenings = lines(tried(tmp_path, text, *TEAM))
    assert story(happenings) == [
        ("09:00", "episode-opened"),
        ("09:00", "created"),
        ("10:00", "joined"),
        ("17:00", "completed"),
        ("17:00", "reopened"),
        ("19:00", "episode-cleared"),
    ]
    assert happenings[1] == {
        "at": "2026-03-01T09:00:00+00:00",
        "event": "interruption",
        "cause": "created",
        "patient": "P1",
        "condition": "hypoglycaemia",
        "rule": "glucose-below-54",
        "priority": "urgent",
        "task": "P1/1",
        "episode": "P1/hypoglycaemia/1",
        "reason": "Blood glucose 50 mg/dL (below 54 mg/dL)",
        "evidence": [
            {
                "measured_at": "2026-03-01T09:00:00+00:00",
                "values": {"blood_glucose": {"value": 50.0, "unit": "mg/dL"}},
            }
        ],
    }
    assert [each["task"] for each in happenings] == [None, "P1/1", "P1/1", "P1/1", "P1/2", "P1/2"]


def test_a_value_beyond_doubt_interrupts_although_the_task_is_open(tmp_path: Path) -> None:
    """In an hour 53, then less than the meter can say; and 401, then more than it can say."""
    text = (
        HEADER
        + glucose(("09:00", 53), ("09:20", "Lo"), ("09:40", 30))
        + glucose(("12:00", 401), ("13:00", "Hi"))
    )
    happenings = lines(tried(tmp_path, text, *TEAM))
    assert [
        (each["at"][11:16], each["cause"] or each["event"], each["priority"])
        for each in happenings
        if each["event"] in ("interruption", "joined")
    ] == [
        ("09:00", "created", "urgent"),
        ("09:20", "raised", "asap"),
        ("09:40", "joined", "asap"),
        ("12:00", "created", "urgent"),
        ("13:00", "raised", "asap"),
    ]
    [low] = [each for each in happenings if each["at"][11:16] == "09:20" and each["cause"] == "raised"]
    assert low["evidence"][0]["absent"] == {"blood_glucose": "below-range"}


def test_the_safety_net_judges_beside_the_set_that_is_tried(tmp_path: Path) -> None:
    """Heart failure looks at weight alone; 84/48, 45 mg/dL and 88 % are told all the same."""
    text = HEADER + "".join(
        f"P1,{what},2026-03-01T08:00:00Z\n"
        for what in ("systolic_bp,84,mm[Hg]", "diastolic_bp,48,mm[Hg]", "blood_glucose,45,mg/dL", "spo2,88,%")
    )
    happenings = lines(tried(tmp_path, text, rules="heart-failure"))
    assert [each["condition"] for each in happenings if each["event"] == "interruption"] == [
        "low-blood-pressure",
        "low-oxygen",
        "hypoglycaemia",
        "several-a-little-off",
    ]


def test_without_a_team_nothing_is_completed(tmp_path: Path) -> None:
    text = HEADER + glucose(("01:00", 50), ("23:00", 50))
    assert [what for _, what in story(lines(tried(tmp_path, text)))] == [
        "episode-opened",
        "created",
        "joined",
    ]


def test_what_comes_late_is_judged_at_its_own_time_and_told_when_it_comes(tmp_path: Path) -> None:
    text = WITH_ARRIVAL + (
        "P1,blood_glucose,45,mg/dL,2026-03-01T08:00:00Z,2026-03-01T20:00:00Z\n"
        "P1,blood_glucose,90,mg/dL,2026-03-01T09:00:00Z,\n"
    )
    happenings = lines(tried(tmp_path, text))
    assert story(happenings) == [
        ("20:00", "episode-opened"),
        ("20:00", "created"),
        ("20:00", "episode-cleared"),
    ]
    assert happenings[1]["evidence"][0]["measured_at"] == "2026-03-01T08:00:00+00:00"
    assert happenings[2]["evidence"][0]["measured_at"] == "2026-03-01T09:00:00+00:00"


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    once = lines(tried(tmp_path, HEADER + glucose(("08:00", 50), ("09:00", 55))))
    twice = lines(tried(tmp_path, HEADER + 2 * glucose(("08:00", 50)) + 2 * glucose(("09:00", 55))))
    assert once == twice


@pytest.mark.parametrize(
    ("rules", "row", "reason"),
    [
        ("diabetes", "P1,blood_glucose,2.9,mmol/L", "Blood glucose 52.2 mg/dL (below 54 mg/dL)"),
        ("hypertension", "P1,systolic_bp,25,kPa", "Systolic blood pressure 187.5 mmHg (above 180 mmHg)"),
        ("hypertension", "P1,diastolic_bp,121,mmHg", "Diastolic blood pressure 121 mmHg (above 120 mmHg)"),
    ],
)
def test_units_become_the_vitals_own(tmp_path: Path, rules: str, row: str, reason: str) -> None:
    result = tried(tmp_path, f"{HEADER}{row},2026-03-01T08:00:00Z\n", rules=rules)
    assert [each["reason"] for each in lines(result)] == [reason, reason]


def test_pounds_and_pairs(tmp_path: Path) -> None:
    weights = [f"P1,body_weight,{lb},lb,2026-03-0{day}\n" for day, lb in ((1, 176), (2, 178), (3, 181))]
    [_, created] = lines(tried(tmp_path, HEADER + "".join(weights), rules="heart-failure"))
    assert created["reason"].startswith("Body weight 82.1 kg, +2.3 kg in 2.0 days")
    assert [each["measured_at"][8:10] for each in created["evidence"]] == ["01", "03"]
    pair = "P1,systolic_bp,190,mm[Hg],2026-03-01T08:00:00Z\nP1,diastolic_bp,125,mm[Hg],2026-03-01T08:00:00Z\n"
    [_, created] = lines(tried(tmp_path, HEADER + pair, rules="hypertension"))
    assert created["evidence"][0]["values"].keys() == {"systolic_bp", "diastolic_bp"}


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("P1,sugar,5,mg/dL,2026-03-01", "vital: unknown vital 'sugar'; known are systolic_bp"),
        (
            "P1,blood_glucose,5,mol,2026-03-01",
            "unit: unknown 'mol' for blood_glucose; allowed are mg/dL, mmol",
        ),
        ("P1,blood_glucose,5,kg,2026-03-01", "unit: unknown 'kg'"),
        (
            "P1,blood_glucose,low,mg/dL,2026-03-01",
            "value: expected a number from 1 to 2000 mg/dL, or Hi, Lo or failed",
        ),
        ("P1,blood_glucose,nan,mg/dL,2026-03-01", "value: expected a number"),
        ("P1,blood_glucose,9000,mg/dL,2026-03-01", "value: expected a number from 1 to 2000"),
        ("P1,blood_glucose,,mg/dL,2026-03-01", "value: expected"),
        ("P1,blood_glucose,50,mg/dL,yesterday", "measured_at: expected a time such as"),
        ("P1,blood_glucose,5_0,mg/dL,2026-03-01", "value: expected a number"),
        ("P1,blood_glucose,50,mg/dL,0001-01-01T00:00:00+05:00", "measured_at: expected a time such as"),
        (
            "P1,blood_glucose,50,mg/dL,9999-12-31T23:00:00Z",
            "measured_at: expected a time from 1980 to a hundred years from now",
        ),
        ("P\udce9,blood_glucose,50,mg/dL,2026-03-01", "expected a text file in UTF-8"),
        (",blood_glucose,50,mg/dL,2026-03-01", "patient: expected a name"),
        ("P1,blood_glucose,50", "expected a value for each column"),
        ("P1,blood_glucose,50,mg/dL,2026-03-01,x", "expected a value for each column"),
    ],
)
def test_a_bad_row_is_named_after_what_happens_before_it(tmp_path: Path, row: str, complaint: str) -> None:
    result = tried(tmp_path, HEADER + glucose(("08:00", 50)) + row + "\n" + glucose(("09:00", 300)))
    assert result.exit_code == 2
    assert f"Error: {tmp_path / 'readings.csv'}:3: {complaint}" in result.stderr
    assert len(result.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "options", "complaint"),
    [
        ("patient,vital,value,unit\n", (), ":1: the first line must name the columns patient,vital"),
        (HEADER.strip() + ",note\n", (), ":1: the first line must name"),
        ("", (), ":1: the first line must name"),
        (
            WITH_ARRIVAL + "P1,spo2,90,%,2026-03-02,2026-03-01\n",
            (),
            ":2: received_at: expected nothing before",
        ),
        (HEADER, ("--team", "soon=8h"), "--team: expected such as urgent=8h,routine=72h"),
        (HEADER, ("--zone", "Mars/Olympus"), "--zone: expected a time zone such as Europe/Stockholm"),
        (HEADER, ("--zone", "../etc"), "--zone: expected a time zone"),
        (HEADER + 'P1,blood_glucose,"50,mg/dL,2026-03-01\n', (), ": expected CSV: "),
        (HEADER.replace(",", ";"), (), "with commas between them"),
    ],
)
def test_what_cannot_be_used_is_said(
    tmp_path: Path, text: str, options: tuple[str, ...], complaint: str
) -> None:
    result = tried(tmp_path, text, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


ROW = "P1,blood_glucose,50,mg/dL,"


@pytest.mark.parametrize(
    ("header", "times", "whole"),
    [
        (HEADER, ("2026-03-01T08:00:00Z", "2026-03-01T09:00:00+02:00"), True),
        (HEADER, ("2026-03-01", "2026-03-02"), True),
        (HEADER, ("2026-03-01T08:00", "2026-03-01T09:00"), True),
        (HEADER, ("2026-03-01T08:00:00",), True),
        (HEADER, ("2026-03-01T08:00:00+02:00", "2026-03-01T09:00:00"), False),
        (HEADER, ("2026-03-01T08:00:00Z", "2026-03-01T09"), False),
        (HEADER, ("2026-03-01T08:00:00Z", "2026-03-01"), False),
        (HEADER, ("2026-03-01T08",), False),
        (WITH_ARRIVAL, ("2026-03-01,2026-03-01T08:00Z", "2026-03-02,"), False),
    ],
)
def test_a_last_line_without_its_break_counts_unless_it_may_be_cut(
    tmp_path: Path, header: str, times: tuple[str, ...], *, whole: bool
) -> None:
    text = header + "\n".join(ROW + each for each in times)
    result = tried(tmp_path, text)
    ended = tried(tmp_path, text + "\n")
    if whole:
        assert lines(result) == lines(ended)
        return
    assert result.exit_code == 2
    assert f":{len(times) + 1}: the file may be cut within its last line" in result.stderr
    assert len(result.stdout.splitlines()) < len(ended.stdout.splitlines())
    assert ended.stdout.startswith(result.stdout)


def test_missing_files_are_said(tmp_path: Path) -> None:
    none = str(tmp_path / "none.csv")
    for rules, said in (("diabetes", "cannot be read"), ("asthma", "no such set; known are diabetes")):
        result = CliRunner().invoke(main, ["rules", "try", rules, none])
        assert result.exit_code == 2
        assert said in result.stderr


arrivals = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2"]),
        st.integers(0, 60),  # hours until the next arrival
        st.integers(0, 100),  # hours from measured to received
        st.sampled_from([40, 53, 60, 80, 260, 310, 420]),
    ),
    max_size=25,
)


Steps = list[tuple[str, int, int, int]]
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rows_of(steps: Steps) -> Iterator[tuple[str, datetime, str]]:
    """Each step's row, with when it arrives and what it is of: patient, moment and value."""
    at = MARCH
    for patient, wait, delay, value in steps:
        at += wait * HOUR
        what = f"{patient},blood_glucose,{value},mg/dL,{(at - delay * HOUR).isoformat()}"
        yield f"{what},{at.isoformat()}\n", at, what


@examples(40)
@given(arrivals, st.integers(0, 25), st.sampled_from(["", "urgent=8h", "urgent=30m,routine=9d"]))
def test_a_file_cut_anywhere_gives_the_same_lines_up_to_the_cut(
    tmp_path_factory: pytest.TempPathFactory, steps: Steps, cut: int, team: str
) -> None:
    """Whatever the team does: nothing looks ahead."""
    folder = tmp_path_factory.mktemp("cut")
    rows = [WITH_ARRIVAL, *(row for row, _, _ in rows_of(steps))]
    whole = tried(folder, "".join(rows), "--team", team).stdout
    part = tried(folder, "".join(rows[: cut + 1]), "--team", team).stdout
    assert whole.startswith(part)


@examples(40)
@given(arrivals)
def test_no_dangerous_value_is_untold(tmp_path_factory: pytest.TempPathFactory, steps: Steps) -> None:
    """Whatever came before, in whatever order: somebody was called when it came or while it was open."""
    rows = list(rows_of(steps))
    file = WITH_ARRIVAL + "".join(row for row, _, _ in rows)
    happenings = lines(tried(tmp_path_factory.mktemp("untold"), file, *TEAM))
    first = {what: at for _, at, what in reversed(rows)}
    called = [
        (each["task"], datetime.fromisoformat(each["at"]))
        for each in happenings
        if each["cause"] and each["priority"] == "urgent"
    ]
    for (patient, _, _, value), (_, at, what) in zip(steps, rows, strict=True):
        condition = "hypoglycaemia" if value < 54 else "hyperglycaemia" if value > 400 else None
        if condition is None or at != first[what]:
            continue
        tasks = {
            each["task"]
            for each in happenings
            if (each["patient"], each["condition"], each["priority"]) == (patient, condition, "urgent")
            and each["event"] in ("interruption", "joined")
            and datetime.fromisoformat(each["at"]) == at
        }
        assert any(task in tasks and at - 8 * HOUR <= when <= at for task, when in called)
