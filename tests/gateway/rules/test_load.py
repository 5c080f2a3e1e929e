"""Rule files: the shipped ones are whole, and a bad one is refused with file, key and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.rules import RuleFileError, load_rule_set, load_shipped

GOOD = """
version = "1"
title = "Test"
[[rules]]
id = "low"
condition = "hypoglycaemia"
title = "Low"
kind = "threshold"
priority = "urgent"
source = "a guideline"
strength = "ours"
steps = ["Call."]
[[rules.limits]]
vital = "blood_glucose"
unit = "mg/dL"
below = 54
clear = 70
clear_source = "a guideline"
"""


def test_every_shipped_rule_has_a_source_and_steps() -> None:
    shipped = load_shipped()
    assert set(shipped) == {"diabetes", "heart-failure", "hypertension"}
    for rule_set in shipped.values():
        for rule in rule_set.rules:
            assert rule.source
            assert any("emergency services" in step for step in rule.steps)


def test_the_good_file_is_good(tmp_path: Path) -> None:
    path = tmp_path / "test.toml"
    path.write_text(GOOD)
    assert load_rule_set(path).rules[0].rule_id == "low"


@pytest.mark.parametrize(
    ("was", "now", "key", "allowed"),
    [
        ('vital = "blood_glucose"', 'vital = "sugar"', "rules[0].limits[0]", "blood_glucose"),
        ('unit = "mg/dL"', 'unit = "mmol/L"', "rules[0].limits[0]", "allowed is 'mg/dL'"),
        ("below = 54", "under = 54", "rules[0].limits[0].under", "below"),
        ("below = 54", "below = 54\nabove = 9", "rules[0].limits[0]", "exactly one of"),
        ("clear = 70", "clear = 50", "rules[0].limits[0]", "nothing would clear"),
        ('kind = "threshold"', 'kind = "guess"', "rules[0]", "'threshold', 'gain'"),
        ('priority = "urgent"', 'priority = "soon"', "rules[0].priority", "'routine', 'urgent'"),
        ('source = "a guideline"\n', "", "rules[0].source", "required"),
        ('steps = ["Call."]', "steps = []", "rules[0].steps", "at least 1"),
        ('id = "low"', 'id = "low"\nlimit = 3', "rules[0].limit", "limits"),
        ("below = 54", "below = nan", "rules[0].limits[0].below", "finite"),
        ("[[rules]]", "[[rules]", "", "not a TOML file"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, was: str, now: str, key: str, allowed: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(GOOD.replace(was, now, 1))
    with pytest.raises(RuleFileError) as refused:
        load_rule_set(path)
    assert str(path) in str(refused.value)
    assert key in str(refused.value)
    assert allowed in str(refused.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="cannot be read"):
        load_rule_set(tmp_path / "none.toml")


def test_a_rule_id_stands_once(tmp_path: Path) -> None:
    path = tmp_path / "twice.toml"
    path.write_text(GOOD + GOOD[GOOD.index("[[rules]]") :])
    with pytest.raises(RuleFileError, match="'low' stands 2 times"):
        load_rule_set(path)
