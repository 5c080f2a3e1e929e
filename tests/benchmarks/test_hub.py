"""The benchmark of the hub runs, and what it promises of memory holds."""

from __future__ import annotations

import json

from click.testing import CliRunner

from simulators.cli import main

MIB_AIM = 60
MIB_NOISE = 1.0


def test_a_hub_stays_small() -> None:
    result = CliRunner().invoke(main, ["bench", "hub", "--quick", "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    rows = {row["name"]: row["value"] for row in json.loads(result.output)}
    assert rows["resident at work, four devices read"] < MIB_AIM
    assert rows["resident after 5,000 readings"] < MIB_AIM
    assert rows["grown since 1,500 readings"] < MIB_NOISE
    assert 0 < rows["blood pressure: to a bare struct loop"] < 1
    assert rows["written a reading"] > 0
