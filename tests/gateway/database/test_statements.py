"""How statements are loaded: by name, with the columns of vitals filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gateway
from edge_agent.wire.vitals import Vital
from gateway.database import statements

FILES = [
    file
    for file in Path(gateway.__file__).parent.rglob("*.sql")
    if file.parent.name != "migrations" and file.name != "schema.sql"
]
CODES = re.compile(r"\b(?:" + "|".join(vital.code for vital in Vital) + r")\b")
GIVEN = b"""-- name: plain
SELECT tie, {vitals} FROM reading WHERE held = '{}'
-- name: otherwise
-- Why.
SELECT {vitals: r.$}, {vitals: NULL}, {vitals: ('$', avg($))} FROM reading r
"""


def test_no_statement_names_a_vital() -> None:
    """A new vital is a column and a row of the vital table; statements know it by themselves."""
    assert [file.name for file in FILES if CODES.search(file.read_text())] == []


def test_no_statement_lists_the_open_states() -> None:
    assert [file.name for file in FILES if re.search(r"'ready',\s*'requested'", file.read_text())] == []


def test_vitals_are_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "room_of_a_test").mkdir()
    (tmp_path / "room_of_a_test" / "store.sql").write_bytes(GIVEN)
    monkeypatch.syspath_prepend(tmp_path)
    loaded = statements.load("room_of_a_test.store")
    codes = [vital.code for vital in Vital]
    assert loaded["plain"] == GIVEN.splitlines()[1].replace(b"{vitals}", ", ".join(codes).encode())
    columns = [f"r.{code}" for code in codes] + ["NULL"] * len(codes)
    columns += [f"('{code}', avg({code}))" for code in codes]
    assert loaded["otherwise"].decode().split("SELECT ")[1] == ", ".join(columns) + " FROM reading r"


def test_every_statement_beside_a_module_is_known() -> None:
    loaded = statements.load_all()
    assert loaded["evaluation.load.series"] == statements.load("gateway.evaluation.load")["series"]
    beside = [file for file in FILES if file.with_suffix(".py").is_file()]
    assert len(loaded) == sum(file.read_text().count("-- name: ") for file in beside)
    assert beside == FILES
