"""`hearthbeat-sim score` as it is called, and what holds of the shipped rules today."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulators.cli import main
from simulators.cohorts.heart_failure import draw
from simulators.cohorts.homes import CALM, HOMES
from simulators.score.aims import Aim
from simulators.score.candidates import KINDS, compare

ALONE = {"HEARTHBEAT_UCI_DIR": None}
DEAF = """\
version = "1"
title = "Nothing is far enough"

[[rules]]
id = "weight-gain"
condition = "weight-gain"
title = "Weight gain"
kind = "gain"
vital = "body_weight"
unit = "kg"
days = 3
gain = 90
clear = 1
clear_source = "Of this test"
priority = "urgent"
source = "Of this test"
strength = "ours"
steps = ["Call emergency services if in doubt."]
"""


def test_the_set_finds_more_above_chance_than_the_thumb_with_half_of_its_false_calls() -> None:
    """What holds today, of few patients: more than a week alone too, and where weights are sparse."""
    result = CliRunner(env=ALONE).invoke(main, ["score", "--quick", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["logs"], found["kinds"]) == ([], [])
    assert {(each["rule"], each["home"]) for each in found["heart_failure"]} == {
        (rule, home) for rule in ("thumb", "a week alone", "shipped set") for home in HOMES
    }
    by_thumb, in_a_week, false, sparse = found["aims"]
    assert by_thumb["value"] >= 1.4
    assert in_a_week["value"] >= 1
    assert false["value"] <= 0.5
    assert sparse["value"] >= 1.4
    assert [aim["is_met"] for aim in found["aims"]] == [
        by_thumb["value"] >= 1.5, in_a_week["value"] >= 1.1, false["value"] <= 0.5, sparse["value"] >= 1
    ]  # fmt: skip


def test_other_rules_are_tried_from_a_file_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    deaf = tmp_path / "deaf.toml"
    deaf.write_text(DEAF)
    arguments = ["score", "--quick", "--json", "--seed", "3"]
    by_file = CliRunner(env=ALONE).invoke(main, [*arguments, "--heart-failure", str(deaf)])
    assert by_file.exit_code == 0, by_file.output
    assert json.loads(by_file.stdout)["aims"][0]["value"] == 0
    wrong = CliRunner(env=ALONE).invoke(main, [*arguments, "--heart-failure", str(tmp_path / "none.toml")])
    assert wrong.exit_code == 1
    assert "there is no such file" in wrong.stderr


def test_kinds_get_their_limits_on_other_patients_than_those_they_are_judged_on() -> None:
    tuned_on, judged_on = ({"calm": [draw(CALM, 25, seed)]} for seed in (1, 2))
    for kind in compare(tuned_on, judged_on):
        assert kind.limit in KINDS[kind.name][1]
        assert kind.scores["calm"][0].above_chance > 0.4, kind.name


@pytest.mark.parametrize(
    ("aim", "is_met", "bound"),
    [
        (Aim("a", 0.3, least=0.3), True, "at least 0.3"),
        (Aim("a", 0.29, least=0.3), False, "at least 0.3"),
        (Aim("a", 0.3, most=0.3), True, "at most 0.3"),
        (Aim("a", 0.31, most=0.3), False, "at most 0.3"),
        (Aim("a", float("nan"), least=0.3), False, "at least 0.3"),
        (Aim("a", float("nan"), most=0.3), False, "at most 0.3"),
    ],
)
def test_an_aim_is_met_at_its_bound_and_by_no_missing_number(aim: Aim, is_met: bool, bound: str) -> None:
    assert (aim.is_met, aim.bound) == (is_met, bound)
