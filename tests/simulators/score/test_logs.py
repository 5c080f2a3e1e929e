"""Scoring logs: by hand on a small one, and what is promised of the shipped rules on those of patients."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from alerting.rules import Priority
from gateway.rules import load_shipped
from simulators.cli import main
from simulators.score.logs import LogScore, ScoredPatient, TeamCall, read_patient

BESIDE = Path(__file__).parents[3].parent / "shared/data/uci-diabetes"
LOGS = Path(os.environ.get("HEARTHBEAT_UCI_DIR") or BESIDE)
NOON = datetime(1991, 4, 21, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


def patient(
    *values: float, calls: tuple[TeamCall, ...] = (), symptoms: tuple[int, ...] = ()
) -> ScoredPatient:
    """A value every six hours from noon on; symptoms at hours from noon."""
    at = [(NOON + 6 * number * HOUR, value) for number, value in enumerate(values)]
    return ScoredPatient("P1", at, [NOON + hours * HOUR for hours in symptoms], calls)


def low(hours: float, priority: Priority = Priority.URGENT) -> TeamCall:
    return TeamCall(NOON + hours * HOUR, "hypoglycaemia", priority)


@pytest.mark.parametrize(
    ("calls", "untold"),
    [
        ((), 2),
        ((low(0),), 0),  # told 6 hours before the second one
        ((low(6),), 1),
        ((low(-9), low(7)), 2),
        ((low(0, Priority.ROUTINE),), 2),
        ((replace(low(0), condition="recurrent-hypoglycaemia"),), 2),
    ],
)
def test_a_low_is_told_at_it_or_in_the_eight_hours_before(calls: tuple[TeamCall, ...], untold: int) -> None:
    low_twice = patient(50, float("-inf"), 54, 100, calls=calls)
    assert low_twice.untold("hypoglycaemia", low_twice.lows) == untold


def test_severe_highs_are_above_400_or_the_second_above_300_within_twelve_hours() -> None:
    highs = patient(310, 290, 300, 301, 100, 302, 100, 100, 305, float("inf")).highs
    assert [(at - NOON) / HOUR for at in highs] == [30, 54]


def test_a_symptom_is_about_a_low_within_an_hour_and_told_until_an_hour_after() -> None:
    felt = patient(60, 100, 60, calls=(low(1), low(14)), symptoms=(0, 1, 6, 11))
    assert [(at - NOON) / HOUR for at in felt.low_symptoms] == [0, 1, 11]
    assert felt.about_lows(felt.low_symptoms) == 2
    assert felt.about_lows(felt.normal) == 1


def test_days_breaches_and_silences_are_counted() -> None:
    values = patient(60, 100, 251, float("inf"), 70, 250)
    assert (values.breaches, values.observed_days, values.silences) == (3, 2, 0)
    late = replace(values, values=[*values.values, (NOON + 100 * HOUR, 100.0)])
    assert (late.observed_days, late.silences) == (3, 1)


def test_of_patients_without_symptoms_no_share_is_told() -> None:
    score = LogScore.of([patient(100), patient(100, 110)])
    assert math.isnan(score.symptoms_told)
    assert (score.breaches, score.urgent_a_day) == (0, 0.0)


def test_too_few_logs_are_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["score", "--logs", str(tmp_path)])
    assert result.exit_code == 1
    assert "expected 4 logs or more" in result.stderr


@pytest.mark.skipif(
    not LOGS.is_dir(),
    reason='no logs: "Diabetes" is had from the UCI Machine Learning Repository (CC BY 4.0); '
    "HEARTHBEAT_UCI_DIR says where they are",
)
def test_on_real_logs_nothing_dangerous_is_untold_and_few_are_called_for_nothing() -> None:
    """On every third log of the half that no number was chosen on."""
    diabetes = load_shipped()["diabetes"]
    score = LogScore.of([read_patient(path, diabetes) for path in sorted(LOGS.glob("data-*"))[1::8]])
    assert (score.untold_lows, score.untold_severe_highs) == (0, 0)
    assert score.lows > 20
    assert score.severe_highs > 5
    assert score.calls_a_breach <= 0.35
    assert score.symptoms_told >= 0.65
    assert score.symptoms_above_normal >= 0.5
