"""Which rules judge a patient who is in several programmes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alerting.rules import Requirement, Rule
from alerting.series import Series
from alerting.verdict import Outcome
from gateway.patients.programmes import SAFETY_NET, Enrolment, rules_for, rules_in
from gateway.rules import load_shipped
from gateway.rules.critical_values import load_critical_values

SETS = load_shipped()
CRITICAL = load_critical_values()


def test_two_sets_that_hold_the_same_rule_do_not_double_it() -> None:
    ids = [rule.rule_id for rule in rules_for([Enrolment(name) for name in SETS], SETS)]
    held = [rule.rule_id for rule_set in SETS.values() for rule in rule_set.rules if not rule.instead]
    assert held.count("severe-blood-pressure") > 1
    assert sorted(ids) == sorted({*held, *CRITICAL.rule_ids})


def judged_by(*circumstances: Requirement, programme: str = "heart-failure") -> dict[str, Rule]:
    return {rule.rule_id: rule for rule in rules_for([Enrolment(programme)], SETS, frozenset(circumstances))}


def test_whoever_is_in_any_programme_is_judged_by_the_safety_net_and_the_values_beyond_doubt() -> None:
    net = {rule.rule_id for rule in SETS[SAFETY_NET].rules if not rule.instead}
    for programme in (*SETS, "of-another-version"):
        assert judged_by(programme=programme).keys() >= net | CRITICAL.rule_ids
    assert rules_for([], SETS) == ()


def test_the_net_that_is_taken_off_leaves_the_programmes_and_the_values_beyond_doubt() -> None:
    own = {rule.rule_id for rule in SETS["heart-failure"].rules}
    assert judged_by(Requirement.SAFETY_NET).keys() == own | CRITICAL.rule_ids
    enrolled = judged_by(Requirement.SAFETY_NET, programme=SAFETY_NET)
    assert "systolic-90-or-less" in enrolled, "who is in the programme itself is judged by it"


def test_a_programmes_own_rule_goes_before_that_of_the_net() -> None:
    [low] = [rule for rule in SETS["diabetes"].rules if rule.rule_id == "glucose-below-54"]
    own = replace(SETS["diabetes"], rules=(replace(low, title="Another title"),))
    found = {rule.rule_id: rule.title for rule in rules_in(own, SETS)}
    assert found["glucose-below-54"] == "Another title"
    assert "systolic-90-or-less" in found


@pytest.mark.parametrize("circumstance", [each for each in Requirement if each is not Requirement.SAFETY_NET])
def test_what_a_circumstance_takes_away_it_replaces(circumstance: Requirement) -> None:
    """By rules of the same condition, so that one danger is one task. Several small deviations are none."""
    usual, then = judged_by(), judged_by(circumstance)
    gone = {usual[each].condition for each in usual.keys() - then.keys()} - {"several-a-little-off"}
    come = {then[each].condition for each in then.keys() - usual.keys()}
    assert come
    assert gone <= come


@pytest.mark.parametrize(
    ("circumstances", "vital", "value", "told"),
    [
        ("", "spo2", 91, "spo2-91-or-less"),
        ("no-hypercapnic-lung-disease", "spo2", 88, None),
        ("no-hypercapnic-lung-disease", "spo2", 87, "spo2-87-or-less-in-copd"),
        ("no-hypercapnic-lung-disease", "spo2", 85, "spo2-85-or-less-in-copd"),
        ("no-hypercapnic-lung-disease", "spo2", 83, "critical-low-oxygen"),
        ("no-hypercapnic-lung-disease", "spo2", 97, None),
        (
            "no-hypercapnic-lung-disease no-long-term-oxygen",
            "spo2",
            97,
            "spo2-97-or-more-in-copd-on-oxygen",
        ),
        ("no-hypercapnic-lung-disease no-long-term-oxygen", "spo2", 88, None),
        ("no-long-term-oxygen", "spo2", 90, None),
        ("no-long-term-oxygen", "spo2", 88, "spo2-88-or-less-on-oxygen"),
        ("not-pregnant", "systolic_bp", 160, "severe-blood-pressure-in-pregnancy"),
        ("not-pregnant", "diastolic_bp", 110, "severe-blood-pressure-in-pregnancy"),
        ("not-pregnant", "systolic_bp", 185, "severe-blood-pressure-in-pregnancy"),
        ("not-pregnant", "systolic_bp", 140, "blood-pressure-140-90-in-pregnancy"),
        ("not-pregnant", "spo2", 94, "spo2-below-95-in-pregnancy"),
        ("not-pregnant", "body_temperature", 38.1, "temperature-above-38-in-pregnancy"),
        ("not-pregnant", "pulse_rate", 121, "pulse-above-120-in-pregnancy"),
        ("no-low-pressure-by-treatment", "systolic_bp", 84, None),
        ("no-low-pressure-by-treatment", "systolic_bp", 80, "systolic-80-or-less-by-treatment"),
        ("", "systolic_bp", 84, "systolic-90-or-less"),
        ("", "blood_glucose", 45, "glucose-below-54"),
        ("adult", "systolic_bp", 145, "blood-pressure-140-90-under-18"),
        ("adult", "pulse_rate", 48, "pulse-50-or-less-under-18"),
    ],
)
def test_who_tells_of_a_value_in_heart_failure(
    circumstances: str, vital: str, value: float, told: str | None
) -> None:
    found = judged_by(*map(Requirement, circumstances.split()))
    series = Series.of_one(np.zeros(1), {vital: np.array([float(value)])})
    raising = [rule for rule in found.values() if rule.kind.outcomes(series)[0] == Outcome.RAISE]
    first = max(raising, key=lambda rule: rule.priority.rank, default=None)
    assert (None if first is None else first.rule_id) == told


def test_what_is_not_for_the_patient_judges_only_where_a_clinician_said_why() -> None:
    def has_oxygen(*, reason: bool) -> bool:
        rules = rules_for([Enrolment("general", reason)], SETS, [Requirement.NO_HYPERCAPNIC_LUNG_DISEASE])
        return "spo2-91-or-less" in {rule.rule_id for rule in rules}

    assert not has_oxygen(reason=False)
    assert has_oxygen(reason=True)
