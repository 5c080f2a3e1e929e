"""Rule files: the shipped ones are whole, and a bad one is refused with file, key and what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alerting.kinds.event import Event
from alerting.kinds.failed import Failed
from alerting.rules import Priority, RepeatUse, Requirement, Rule, RuleSet
from alerting.series import Series
from alerting.verdict import Outcome
from edge_agent.wire.vitals import Vital
from gateway.rules import RuleFileError, load_rule_set, load_shipped
from tests.gateway.rules.sample_file import KINDS, rule_file

REPEAT = 'repeat = {{use = "{}", after_minutes = 5, within_minutes = {}, source = "x"}}\n'


def every_set() -> Iterator[RuleSet]:
    yield from load_shipped().values()


def loaded(tmp_path: Path, text: str) -> tuple[Rule, ...]:
    path = tmp_path / "test.toml"
    path.write_text(text)
    return load_rule_set(path).rules


def test_patients_are_enrolled_in_what_is_shipped() -> None:
    shipped = load_shipped()
    assert {name: [rule.rule_id for rule in each.rules] for name, each in shipped.items()} == {
        "diabetes": [
            "glucose-below-54",
            "low-with-symptoms",
            "symptoms-of-a-low",
            "glucose-below-70-twice",
            "glucose-above-400",
            "glucose-above-300-twice",
            "glucose-average-above-250",
            "no-blood-glucose",
            "help-request",
            "glucose-failed",
        ],
        "diabetes-low-risk": [
            "glucose-below-54",
            "low-with-symptoms",
            "glucose-above-400",
            "glucose-above-300-twice",
            "glucose-average-above-250",
            "no-blood-glucose",
            "help-request",
            "symptoms-of-a-low-at-low-risk",
            "glucose-failed",
        ],
        "general": [
            "severe-blood-pressure",
            "systolic-90-or-less",
            "pulse-131-or-more",
            "pulse-40-or-less",
            "spo2-91-or-less",
            "temperature-39-1-or-more",
            "temperature-35-or-less",
            "glucose-below-54",
            "glucose-above-400",
            "severe-blood-pressure-in-pregnancy",
            "pulse-above-120-in-pregnancy",
            "spo2-below-95-in-pregnancy",
            "temperature-above-38-in-pregnancy",
            "spo2-85-or-less-in-copd",
            "spo2-97-or-more-in-copd-on-oxygen",
            "spo2-88-or-less-on-oxygen",
            "systolic-80-or-less-by-treatment",
            "pulse-50-or-less-under-18",
            "blood-pressure-140-90-in-pregnancy",
            "spo2-87-or-less-in-copd",
            "blood-pressure-140-90-under-18",
            "help-request",
            "average-pressure-150-95",
            "average-pulse-111",
            "spo2-93-or-less",
            "average-temperature-38-1",
            "pulse-below-range",
            "pulse-above-range",
            "several-a-little-off",
            "weight-failed",
            "blood-pressure-failed",
            "glucose-failed",
            "oxygen-failed",
            "temperature-failed",
        ],
        "heart-failure": [
            "weight-gain-3-days",
            "weight-gain-8-days",
            "weight-above-usual",
            "weight-above-dry-weight",
            "weight-below-usual",
            "weight-and-pressure-up",
            "no-body-weight",
            "help-request",
            "weight-failed",
            "strange-weight",
        ],
        "hypertension": [
            "severe-blood-pressure",
            "home-average-135-85",
            "irregular-pulse-3-times",
            "no-blood-pressure",
            "help-request",
            "blood-pressure-failed",
        ],
    }


def test_every_rule_has_a_source_and_says_when_to_call_emergency_services() -> None:
    for rule_set in every_set():
        assert {each.requirement for each in rule_set.whom} >= {Requirement.ADULT, Requirement.NOT_PREGNANT}
        for rule in rule_set.rules:
            assert rule.source
            assert any("emergency services" in step for step in rule.steps)


def test_oxygen_saturation_is_never_judged_by_default_where_it_is_usually_low() -> None:
    for rule_set in every_set():
        for rule in rule_set.rules:
            is_judged = not isinstance(rule.kind, Failed) and not rule.instead
            if is_judged and Vital.SPO2.code in rule.kind.vitals:
                whom = {each.requirement for each in (*rule_set.whom, *rule.whom)}
                assert Requirement.NO_HYPERCAPNIC_LUNG_DISEASE in whom


def test_a_rule_that_stands_in_two_sets_is_the_same_rule() -> None:
    rules: dict[str, Rule] = {}
    for rule_set in every_set():
        for rule in rule_set.rules:
            unversioned = replace(rule, version="")
            assert rules.setdefault(rule.rule_id, unversioned) == unversioned


def test_what_a_second_measurement_can_withdraw() -> None:
    """A high pressure or a weight that was measured wrong; never what comes and goes."""
    checked = {
        rule.rule_id
        for rule_set in every_set()
        for rule in rule_set.rules
        if rule.repeat is not None and rule.repeat.use is RepeatUse.MEASUREMENT_CHECK
    }
    assert checked == {"severe-blood-pressure", "weight-gain-3-days"}


def test_every_urgent_rule_about_a_value_asks_for_a_second_measurement() -> None:
    for rule_set in every_set():
        for rule in rule_set.rules:
            is_routine = rule.priority is Priority.ROUTINE
            is_mark = isinstance(rule.kind, Event)  # of no value
            assert rule.repeat is not None or is_routine or is_mark or not rule.kind.vitals


def test_the_more_pressing_of_two_rules_of_a_condition_comes_first() -> None:
    """A reading that both raise is told by the first."""
    for rule_set in every_set():
        for condition in {rule.condition for rule in rule_set.rules}:
            of_it = [rule for rule in rule_set.rules if rule.condition == condition and not rule.instead]
            ranks = [rule.priority.rank for rule in of_it]
            assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_of_each_kind(tmp_path: Path, kind: str) -> None:
    """It is read, says itself as a sentence, and judges."""
    [rule] = loaded(tmp_path, rule_file(kind))
    assert rule.kind.sentence
    assert "clears" in rule.kind.sentence
    assert rule.notes or kind in ("silence", "stranger")
    series = Series.of_one(np.zeros(1), {})
    assert rule.kind.outcomes(series).tolist() in ([Outcome.NO_DATA], [Outcome.CLEAR])


@pytest.mark.parametrize(
    ("kind", "was", "now", "key", "allowed"),
    [
        ("threshold", 'vital = "blood_glucose"', 'vital = "sugar"', "rules[0].limits[0]", "blood_glucose"),
        ("threshold", 'unit = "mg/dL"', 'unit = "mmol/L"', "rules[0].limits[0]", "allowed is 'mg/dL'"),
        ("threshold", "below = 54", "under = 54", "rules[0].limits[0].under", "vital, unit, above, at_least"),
        ("threshold", "below = 54", "below = 54\nabove = 9", "rules[0].limits[0]", "exactly one of"),
        ("threshold", "clear = 70", "clear = 50", "rules[0].limits[0]", "nothing would clear"),
        ("threshold", "clear = 70", "clear = 70\nhard_floor = 60", "rules[0].limits[0]", "stricter"),
        ("threshold", "clear = 70", "clear = 70\nhard_floor = 50", "rules[0].limits[0]", "hard_floor_source"),
        ("threshold", 'kind = "threshold"', 'kind = "guess"', "rules[0]", "'threshold', 'gain'"),
        ("threshold", 'kind = "threshold"\n', "", "rules[0]", "'kind'"),
        ("threshold", 'kind = "threshold"', 'kind = "threshold"\nrepeats = 2', "rules[0]", "go together"),
        ("threshold", 'priority = "urgent"', 'priority = "soon"', "rules[0].priority", "'routine', 'urgent'"),
        ("threshold", 'strength = "ours"', 'strength = "strong"', "rules[0].strength", "'recommended'"),
        ("threshold", 'source = "a guideline"\n', "", "rules[0].source", "required"),
        ("threshold", 'steps = ["Call."]', "steps = []", "rules[0].steps", "at least 1"),
        ("threshold", 'id = "threshold"', "limit = 3", "rules[0].limit", "id, condition, title"),
        ("threshold", 'id = "threshold"', "limit = 3", "rules[0].limit", "limits"),
        ("threshold", "below = 54", "below = nan", "rules[0].limits[0].below", "finite"),
        ("threshold", "[[rules]]", "[[rules]", "", "not a TOML file"),
        ("threshold", "[[rules]]", "[[rule]]", "rule", "version, title, whom, rules"),
        (
            "threshold",
            "[[rules]]",
            '[[whom]]\nrequirement = "old"\n[[rules]]',
            "whom[0].requirement",
            "adult",
        ),
        ("gain", "gain = 2", "gain = 0", "rules[0].gain", "greater than 0"),
        ("gain", "clear = 1", "clear = 3", "rules[0]", "nothing would clear"),
        ("gain", "gain = 2", "gain = 2\nhard_floor = 3", "rules[0]", "hard_floor_source go together"),
        ("gain", "gain = 2", 'gain = 2\nhard_floor = 1\nhard_floor_source = "ours"', "rules[0]", "stricter"),
        (
            "unusual",
            "limit = 4",
            'limit = 4\nhard_floor = 5\nhard_floor_source = "ours"',
            "rules[0]",
            "no single limit",
        ),
        ("gain", "gain = 2", 'gain = 2\nagainst = "highest"', "rules[0].against", "'lowest'"),
        ("loss", "loss = 2", "gain = 2", "rules[0].gain", "loss, against"),
        ("off-target", '"dry_weight"', '"wet_weight"', "rules[0]", "allowed are dry_weight"),
        ("average", "least_days = 3", "least_days = 7", "rules[0]", "would never answer"),
        ("slope", "least_days = 5", "least_days = 15", "rules[0]", "would never answer"),
        ("slope", "least_values = 5", "least_values = 1", "rules[0].least_values", "2"),
        ("slope", 'direction = "rise"', 'direction = "up"', "rules[0].direction", "'rise' or 'fall'"),
        ("crossing", "long_days = 28", "long_days = 3", "rules[0]", "not more than days"),
        ("variability", 'spread = "sd"', 'spread = "range"', "rules[0].spread", "'sd' or 'cv'"),
        ("cusum", "gap_days = 3", "gap = 3", "rules[0].baseline.gap", "days, gap_days, least_values"),
        (
            "ewma",
            "least_spread = 0.3",
            "least_spread = 0",
            "rules[0].baseline.least_spread",
            "greater than 0",
        ),
        ("count", "clear = 0", "clear = 3", "rules[0]", "not below times"),
        ("event", '"hypoglycaemic-symptoms"', '"feeling odd"', "rules[0]", "hypoglycaemic-symptoms"),
        ("combination", "gain = 2", "gain = -2", "rules[0].parts[0].gain", "greater than 0"),
        (
            "combination",
            "days = 3",
            "day = 3",
            "rules[0].parts[0].day",
            "days, unless_usual, kind, gain, against",
        ),
        ("combination", 'kind = "event"', 'kind = "silence"', "rules[0].parts[1]", "'count', 'event'"),
        (
            "gain",
            'kind = "gain"',
            REPEAT.format("guess", 9) + 'kind = "gain"',
            "rules[0].repeat.use",
            "'measurement-check' or 'recovery-check'",
        ),
        (
            "gain",
            'kind = "gain"',
            REPEAT.format("recovery-check", 5) + 'kind = "gain"',
            "rules[0].repeat",
            "nobody could follow it",
        ),
        (
            "threshold",
            'kind = "threshold"',
            REPEAT.format("measurement-check", 9) + 'kind = "threshold"',
            "rules[0]",
            "allowed here is recovery-check",
        ),
        ("silence", 'unit = "kg"', 'unit = "lb"', "rules[0]", "allowed is 'kg'"),
    ],
)
def test_a_bad_file_is_refused(
    tmp_path: Path, kind: str, *, was: str, now: str, key: str, allowed: str
) -> None:
    good = rule_file(kind)
    assert was in good
    with pytest.raises(RuleFileError) as refused:
        loaded(tmp_path, good.replace(was, now, 1))
    lines = str(refused.value).splitlines()
    start = f"{tmp_path / 'test.toml'}: {key}"
    assert any(line.startswith(start) and allowed in line for line in lines), lines


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="cannot be read"):
        load_rule_set(tmp_path / "none.toml")


def test_a_rule_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="'gain' stands 2 times"):
        loaded(tmp_path, rule_file("gain", "gain"))


def test_the_example_of_the_documentation_is_a_good_file(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs/rules.md").read_text()
    [rule] = loaded(tmp_path, text.split("```toml")[1].split("```")[0])
    assert rule.rule_id == "weight-gain-3-days"
    assert all(f"`{kind}`" in text for kind in KINDS)
