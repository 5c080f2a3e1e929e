"""Bytes made to find what a decoder does not expect.

HEARTHBEAT_DECODER_RUNS says how many, HEARTHBEAT_DECODER_SEED which.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from platform import machine

import pytest

RUNS = int(os.environ.get("HEARTHBEAT_DECODER_RUNS", "50000"))
SEED = int(os.environ.get("HEARTHBEAT_DECODER_SEED", "20261130"))
LONGEST = 64
"""Bytes: no characteristic that is decoded has more."""


@pytest.mark.skipif(machine() != "x86_64", reason="atheris has wheels for x86_64 alone")
@pytest.mark.timeout(900 + RUNS // 500)  # it looks at the clock between examples alone
@pytest.mark.parametrize("seed", [SEED])
def test_no_bytes_make_a_decoder_fail_otherwise_than_it_says(tmp_path: Path, seed: int) -> None:
    fuzzer = subprocess.run(
        [
            *(sys.executable, "-m", "tests.edge_agent.fuzz_decoders"),
            *(f"-runs={RUNS}", f"-seed={seed}", f"-max_len={LONGEST}", f"-artifact_prefix={tmp_path}/"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert fuzzer.returncode == 0, fuzzer.stderr[-2000:]
    assert "Done" in fuzzer.stderr
