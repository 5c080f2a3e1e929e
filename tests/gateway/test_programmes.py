"""Which rules judge a patient who is in several programmes."""

from __future__ import annotations

from alerting.rules import Requirement
from gateway.patients.programmes import Enrolment, rules_for
from gateway.rules import load_shipped

SETS = load_shipped()


def test_two_sets_that_hold_the_same_rule_do_not_double_it() -> None:
    ids = [rule.rule_id for rule in rules_for([Enrolment(name) for name in SETS], SETS)]
    held = [rule.rule_id for rule_set in SETS.values() for rule in rule_set.rules]
    assert held.count("severe-blood-pressure") > 1
    assert sorted(ids) == sorted(set(held))


def test_what_is_not_for_the_patient_judges_only_where_a_clinician_said_why() -> None:
    def has_oxygen(*, reason: bool) -> bool:
        rules = rules_for([Enrolment("general", reason)], SETS, [Requirement.NO_HYPERCAPNIC_LUNG_DISEASE])
        return "spo2-91-or-less" in {rule.rule_id for rule in rules}

    assert not has_oxygen(reason=False)
    assert has_oxygen(reason=True)
