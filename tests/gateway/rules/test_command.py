"""`hearthbeat rules`."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from gateway.cli import main
from gateway.rules import load_shipped
from tests.gateway.rules.sample_file import KINDS, rule_file


def test_a_clinician_reads_a_rule_as_a_sentence() -> None:
    shown = CliRunner().invoke(main, ["rules", "show", "hypertension"])
    assert shown.exit_code == 0
    assert (
        "Urgent: systolic blood pressure above 180 mmHg or diastolic blood pressure above 120 mmHg; "
        "clears at or below 160 mmHg and at or below 100 mmHg.\n"
        "    Source: 2017 ACC/AHA guideline"
    ) in shown.output
    assert "Strength of evidence: a guideline defines the condition by this number\n" in shown.output
    assert (
        "Second measurement 5 minutes to 35 minutes later; a normal one withdraws the first" in shown.output
    )
    assert "Not in pregnancy: ACOG" in shown.output
    assert "One clinician may loosen systolic blood pressure as far as 200 mmHg: Ours" in shown.output
    assert "    1. Call the patient now." in shown.output


def test_without_a_name_all_sets_are_shown() -> None:
    shown = CliRunner().invoke(main, ["rules", "show"])
    assert [line for line in shown.output.splitlines() if ", version " in line] == [
        "Diabetes without a risk of hypoglycaemia (diabetes-low-risk, version 2026.6)",
        "Diabetes with a risk of hypoglycaemia (diabetes, version 2026.6)",
        "General (general, version 2026.6)",
        "Heart failure (heart-failure, version 2026.6)",
        "Hypertension (hypertension, version 2026.6)",
    ]


def test_a_file_of_ones_own_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(rule_file(*KINDS))
    shown = CliRunner().invoke(main, ["rules", "show", str(path)])
    assert shown.output.count("Source: a guideline") == len(KINDS)
    assert "Clears after 1 hours" not in shown.output


def test_an_unknown_set_is_said() -> None:
    shown = CliRunner().invoke(main, ["rules", "show", "asthma"])
    assert shown.exit_code == 1
    assert "asthma: there is no such file, and no such set; known are diabetes" in shown.output


def test_files_are_checked(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(rule_file("gain"))
    bad.write_text(rule_file("gain").replace("kg", "lb"))
    checked = CliRunner().invoke(main, ["rules", "check", str(good), str(bad)])
    assert checked.exit_code == 1
    assert f"{good}: good, 1 rules of version 1" in checked.output
    assert f"{bad}: rules[0]: unknown unit 'lb' for body_weight; allowed is 'kg'" in checked.output


SILENCE = """
[[rules]]
id = "no-glucose"
condition = "no-glucose"
title = "None"
priority = "routine"
source = "ours"
strength = "ours"
steps = ["Call."]
kind = "silence"
vital = "blood_glucose"
unit = "mg/dL"
every_hours = {}
grace_hours = 24
"""


def test_a_rule_that_its_own_schedule_never_makes_true_is_refused_with_what_would_mend_it(
    tmp_path: Path,
) -> None:
    """Two mornings and two evenings are asked for where one value a day is expected."""
    path = tmp_path / "own.toml"
    path.write_text(rule_file("average") + SILENCE.format(24))
    checked = CliRunner().invoke(main, ["rules", "check", str(path)])
    assert checked.exit_code == 1
    assert checked.output == (
        f"{path}: average: it can never raise where somebody measures blood glucose every 24 hours, as its"
        " set expects; it could every 6 hours. Let it ask for less, or say every_hours = 6 in a rule of"
        " silence about the same vital\n"
    )
    path.write_text(rule_file("average") + SILENCE.format(6))
    assert CliRunner().invoke(main, ["rules", "check", str(path)]).exit_code == 0


def test_what_no_day_has_room_for_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(rule_file("average").replace("morning = 2", "morning = 20"))
    checked = CliRunner().invoke(main, ["rules", "check", str(path)])
    assert checked.exit_code == 1
    assert "nor at any other schedule: no day has room for what it asks" in checked.output
    path.write_text(rule_file("threshold") + SILENCE.format(0.25))
    checked = CliRunner().invoke(main, ["rules", "check", str(path)])
    assert checked.exit_code == 1
    assert "rules[1].every_hours: Input should be greater than or equal to 1" in checked.output


def test_a_limit_beyond_what_can_be_measured_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(rule_file("gain").replace("gain = 2", "gain = 2000"))
    checked = CliRunner().invoke(main, ["rules", "check", str(path)])
    assert checked.exit_code == 1
    assert "gain: it can never raise" in checked.output


def test_every_shipped_rule_can_raise_at_the_schedule_of_its_set() -> None:
    checked = CliRunner().invoke(main, ["rules", "check", *load_shipped()])
    assert checked.exit_code == 0, checked.output


def test_a_rule_of_each_kind_can_raise_where_it_is_measured_often_enough(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(rule_file(*KINDS) + SILENCE.format(6))
    assert CliRunner().invoke(main, ["rules", "check", str(path)]).output == (
        f"{path}: good, {len(KINDS) + 1} rules of version 1\n"
    )
