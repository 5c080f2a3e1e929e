"""`hearthbeat sql` prints a statement as it runs, and helps whoever does not know its whole name."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from edge_agent.wire.vitals import Vital
from gateway.cli import main
from gateway.database import statements


@pytest.mark.parametrize("name", ["evaluation.load.series", "load.series", "series"])
def test_a_statement_is_printed_with_the_columns_of_vitals(name: str) -> None:
    said = CliRunner().invoke(main, ["sql", name])
    assert said.exit_code == 0
    assert said.output == statements.load("gateway.evaluation.load")["series"].decode() + "\n"
    assert ", ".join(vital.code for vital in Vital) in said.output


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("serie", "there is no 'serie'; near it are evaluation.load.series"),
        ("evaluation.lod.series", "near it are evaluation.load.series"),
        ("find_hub", "'find_hub' may be any of hubs.hubs.find_hub, hubs.registry.find_hub: say which"),
        ("ries", "there is no 'ries'"),
        ("%%%%", "there is no '%%%%'\n"),
    ],
)
def test_what_is_not_a_name_is_said_with_what_is_near(name: str, expected: str) -> None:
    said = CliRunner().invoke(main, ["sql", name])
    assert said.exit_code == 2
    assert expected in said.output
