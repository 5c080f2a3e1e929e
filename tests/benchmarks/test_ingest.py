"""The benchmark of ingest runs, and loses and doubles nothing; how fast is for a quiet machine to say."""

from __future__ import annotations

import json

from click.testing import CliRunner

from simulators.cli import main

BYTES_AIM = 80


def test_what_is_measured_is_stored_once() -> None:
    result = CliRunner().invoke(main, ["bench", "ingest", "--quick", "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    rows = {row["name"]: row["value"] for row in json.loads(result.stdout)}
    assert {value for name, value in rows.items() if name.startswith(("lost", "doubled"))} == {0}
    assert {value for name, value in rows.items() if name.endswith("by kill -9")} == {0}
    assert rows["raw COPY into the product's table"] > 0 < rows["ingest, evaluation off, 50 a message"]
    assert rows["ingest, evaluation on, 50 a message"] >= rows["ingest until judged, 50 a message"] > 0
    assert rows["two evaluators alone, of what waits, 50 a message"] > 0
    assert rows["CPU of evaluation, 50 a message"] > 0
    assert rows["publish to receipt at 50% of top, p99"] >= rows["publish to receipt at 50% of top, p50"] > 0
    assert rows["a tenth sent twice, 50 a message"] > 0 < rows["late rows, in no order, 50 a message"]
    assert 0 < rows["on disk, rows and index"] < BYTES_AIM
    assert rows["90 days of a patient: to the smaller database"] > 0
