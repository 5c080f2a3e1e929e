"""Each proof that these pages name is a test that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", ["docs/failures.md", "docs/bluez.md"])
def test_each_proof_is_there(page: str) -> None:
    proofs = re.findall(r"`(tests/\S+\.py)::(test_\w+)`", (PROJECT / page).read_text())
    assert proofs
    assert [(file, name) for file, name in proofs if f"def {name}(" not in (PROJECT / file).read_text()] == []
