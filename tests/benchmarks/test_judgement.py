"""`hearthbeat-sim bench judgement`, and the plain loops that it holds judging against."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from gateway.rules import load_shipped
from simulators.bench.reference import judge_by_reference
from simulators.cli import main
from simulators.cohorts.programmes import HABITS, draw


@pytest.mark.parametrize("programme", HABITS)
def test_each_shipped_rule_is_what_a_plain_loop_says(programme: str) -> None:
    series = draw(programme, patients=2, days=60, seed=5)
    for rule in load_shipped()[programme].rules:
        assert rule.kind.outcomes(series).tolist() == judge_by_reference(rule.kind, series), rule.rule_id


def test_patients_of_every_programme_are_measured() -> None:
    assert HABITS.keys() == load_shipped().keys()
    assert all(habit.observations_a_day == 4 for habit in HABITS.values())


def test_judging_from_arrays_is_many_times_a_plain_loop() -> None:
    result = CliRunner().invoke(main, ["bench", "judgement", "--quick", "--json"])
    assert result.exit_code == 0, result.output
    measured = {row["name"]: row["value"] for row in json.loads(result.stdout)}
    assert measured["5,000 patients, 90 days: observations"] == 5_000 * 90 * 4
    assert measured["to the same rules as plain loops"] > 10  # 100 on an idle machine
