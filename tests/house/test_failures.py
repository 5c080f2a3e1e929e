"""Each proof that `docs/failures.md` names is a test that there is."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_each_proof_is_there() -> None:
    proofs = re.findall(r"`(tests/\S+\.py)::(test_\w+)`", (PROJECT / "docs/failures.md").read_text())
    assert proofs
    assert [(file, name) for file, name in proofs if f"def {name}(" not in (PROJECT / file).read_text()] == []
