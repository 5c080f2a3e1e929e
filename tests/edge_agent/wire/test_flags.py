"""The table of flags: what each does is printed with the contract, and its bit stays what it was."""

from __future__ import annotations

from edge_agent.wire.codes import Bearing, Flag, is_of_a_patient
from edge_agent.wire.schema import json_schema


def test_the_printed_contract_says_what_each_flag_does() -> None:
    printed = json_schema()["flags"]
    assert list(printed) == [flag.code for flag in Flag]
    assert printed["control-solution"] == {
        "bearing": "not-of-a-patient",
        "meaning": "Kept and shown. Neither judged nor counted: it ends no silence.",
    }
    assert {each["bearing"] for each in printed.values()} == set(Bearing)


def test_bits_are_given_once_and_fit_their_column() -> None:
    """Four bytes with a sign."""
    assert [flag.value for flag in Flag] == list(range(len(Flag)))
    assert sum(1 << flag.value for flag in Flag) < 2**31


def test_one_flag_is_enough_to_make_it_nobodys() -> None:
    assert is_of_a_patient(())
    assert is_of_a_patient([Flag.INVALID_MEASUREMENT, Flag.IRREGULAR_PULSE])
    assert not is_of_a_patient([Flag.IRREGULAR_PULSE, Flag.OTHER_ANALYTE])
