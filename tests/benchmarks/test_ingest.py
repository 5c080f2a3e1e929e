"""The benchmark of ingest runs, and loses and doubles nothing; how fast is for a quiet machine to say."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from simulators.cli import main


@pytest.mark.timeout(300)
def test_what_is_measured_is_stored_once() -> None:
    result = CliRunner().invoke(main, ["bench", "ingest", "--quick", "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    rows = {row["name"]: row["value"] for row in json.loads(result.output)}
    assert rows["lost"] == rows["doubled"] == 0
    assert rows["raw COPY into the product's table"] > rows["ingest, evaluation off, 50 a message"] > 0
    assert rows["ingest, evaluation on, 50 a message"] >= rows["ingest until judged, 50 a message"] > 0
    assert rows["publish to receipt at 50% of top, p99"] >= rows["publish to receipt at 50% of top, p50"] > 0
