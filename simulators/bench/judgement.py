"""How fast the shipped sets judge a large cohort from arrays, beside the same rules as plain loops."""

from __future__ import annotations

import resource
import sys
from collections.abc import Mapping
from statistics import median
from time import process_time
from typing import Final

import click

from alerting.rules import RuleSet
from alerting.series import Series
from gateway.rules import load_shipped
from simulators.bench.reference import judge_by_reference
from simulators.bench.table import BenchResult
from simulators.cohorts.programmes import HABITS, draw

DAYS: Final = 90
PATIENTS: Final = 100_000
PATIENTS_QUICK: Final = 5_000
BATCH: Final = 500
"""Patients judged at once."""
SAMPLE: Final = 4
"""Patients of each programme that the plain loop judges as well; its outcomes must be the same."""
ROUNDS: Final = 3
KIB: Final = 1024


class DifferentError(Exception):
    """A rule and its plain loop disagree."""


def measure_judgement(*, quick: bool) -> list[BenchResult]:
    """A few minutes; under one when quick. The patients are spread over the programmes."""
    sets, patients = load_shipped(), PATIENTS_QUICK if quick else PATIENTS
    ratios = [_ratio(sets, seed) for seed in range(ROUNDS)]
    batches = [(name, seed) for seed in range(patients // (BATCH * len(HABITS))) for name in HABITS]
    began_kib = 0
    seconds, observations = dict.fromkeys(HABITS, 0.0), dict.fromkeys(HABITS, 0.0)
    with click.progressbar(
        length=len(batches), label="Judging", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as progress:
        for number, (name, seed) in enumerate(batches):
            series = draw(name, BATCH, DAYS, seed)
            seconds[name] += _judge(sets[name], series)
            observations[name] += _observations(series)
            progress.update(1)
            if number == len(HABITS) - 1:  # every programme once
                began_kib = _most_kib()
    total = sum(observations.values())
    return [
        BenchResult(f"{BATCH * len(batches):,} patients, {DAYS} days: observations", total, "observations"),
        BenchResult("judged by their sets", total / sum(seconds.values()), "observations/s"),
        *(
            BenchResult(f"of it {name}", observations[name] / seconds[name], "observations/s")
            for name in HABITS
        ),
        BenchResult("to the same rules as plain loops", median(ratios), "ratio", "at least 50"),
        BenchResult(
            f"memory grown after the first {BATCH * len(HABITS):,} patients",
            (_most_kib() - began_kib) / KIB,
            "MiB",
            "flat: bounded by the batch",
        ),
    ]


def _judge(rule_set: RuleSet, series: Series) -> float:
    """Seconds of one core that a set takes for a series."""
    began = process_time()
    for rule in rule_set.rules:
        rule.kind.outcomes(series)
    return process_time() - began


def _ratio(sets: Mapping[str, RuleSet], seed: int) -> float:
    """Seconds an observation of the plain loops to those of the rules, over all programmes."""
    plain = sum(_plain_seconds(sets[name], draw(name, SAMPLE, DAYS, seed)) for name in HABITS) / SAMPLE
    whole = sum(_judge(sets[name], draw(name, BATCH, DAYS, seed)) for name in HABITS) / BATCH
    return plain / whole


def _plain_seconds(rule_set: RuleSet, series: Series) -> float:
    began = process_time()
    plain = [judge_by_reference(rule.kind, series) for rule in rule_set.rules]
    seconds = process_time() - began
    for rule, outcomes in zip(rule_set.rules, plain, strict=True):
        if rule.kind.outcomes(series).tolist() != outcomes:
            raise DifferentError(rule.rule_id)
    return seconds


def _observations(series: Series) -> int:
    return series.times.size * len(series.vitals)


def _most_kib() -> int:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
