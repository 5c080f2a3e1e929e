"""Logs as readings, and what is held of the shipped rules on those of real patients."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.rules import load_shipped
from simulators.cli import main
from simulators.score.log_score import LogScore, TeamCall
from simulators.score.logs import listen, read
from simulators.score.report import team

BESIDE = Path(__file__).parents[3].parent / "shared/data/uci-diabetes"
LOGS = Path(os.environ.get("HEARTHBEAT_UCI_DIR") or BESIDE)
LOG = """\
04-21-1991\t8:00\t58\t100
04-21-1991\t12:00\t60\t65
04-21-1991\t12:30\t65\t0
04-21-1991\t18:00\t62\t48
04-22-1991\t1:00\t48\t0Hi
04-22-1991\t8:00\t33\t9
"""
DIABETES = load_shipped()["diabetes"].rules


def test_a_log_is_heard_with_its_symptoms_and_without(tmp_path: Path) -> None:
    path = tmp_path / "data-01"
    path.write_text(LOG)
    log = read(path)
    assert [value for _, value in log.patient.values] == [100, 65, 48, float("inf")]
    first = log.patient.values[0][0]
    [fed], [not_fed] = (listen([log], DIABETES, team(2), symptoms=symptoms) for symptoms in (True, False))
    assert [hours(call, first) for call in fed.calls] == [4.5, 10, 17]
    assert [hours(call, first) for call in not_fed.calls] == [10, 17]
    assert fed.symptoms == not_fed.symptoms == log.patient.symptoms
    assert log.patient.calls == ()


def hours(call: TeamCall, since: datetime) -> float:
    return (call.at - since) / timedelta(hours=1)


def test_too_few_logs_are_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["score", "--quick", "--logs", str(tmp_path)])
    assert result.exit_code == 1
    assert "expected 4 logs or more" in result.stderr


@pytest.mark.skipif(
    not LOGS.is_dir(),
    reason='no logs: "Diabetes" is had from the UCI Machine Learning Repository (CC BY 4.0); '
    "HEARTHBEAT_UCI_DIR says where they are",
)
def test_on_real_logs_nothing_dangerous_is_untold_and_few_are_called_for_nothing() -> None:
    """On the half of the logs that no number was chosen on: what holds today, not what is aimed at."""
    logs = [read(path) for path in sorted(LOGS.glob("data-*"))[1::2]]
    fed, not_fed, slow = (
        LogScore.of(listen(logs, DIABETES, team(hours), symptoms=symptoms))
        for hours, symptoms in ((8, True), (8, False), (24, True))
    )
    for score in (fed, not_fed):
        assert (score.untold_lows, score.untold_severe_highs) == (0, 0)
        assert (score.lows, score.severe_highs) == (146, 37)
        assert score.floor_a_breach == pytest.approx(0.217, abs=0.001)
    assert slow.untold_lows + slow.untold_severe_highs <= 25
    assert fed.calls_a_breach <= 0.339
    assert fed.excess_a_day <= 0.098
    assert not_fed.symptoms_told >= 0.7
    assert not_fed.symptoms_above_chance >= 0.6
