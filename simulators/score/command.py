"""`hearthbeat-sim score`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from edge_agent.wire.deferred_imports import deferred_imports

with deferred_imports():
    from gateway import rules as rule_files
    from simulators.cohorts import heart_failure
    from simulators.score import candidates, cohort, tables, whole_set
    from simulators.score import logs as real_logs

TUNING_SEEDS, REPORT_SEEDS, SET_SEEDS = (1, 2), (11, 12), (21,)
"""The set's numbers were chosen with an eye on the report of the kinds, so the set has a seed of its own."""
PATIENTS, PATIENTS_QUICK = 300, 40
SAMPLE, SAMPLE_QUICK = 25, 2
"""Patients of each generator on which the whole set is tried, reading by reading."""
FEWEST_LOGS = 4
"""Two in each half: of fewer there is no 95th percentile."""


@dataclass(frozen=True)
class Halves:
    """Scores of the half of the logs on which numbers were chosen, of the other one, and of both."""

    tuned_on: real_logs.LogScore
    other: real_logs.LogScore
    all: real_logs.LogScore

    @classmethod
    def of(cls, patients: Sequence[real_logs.ScoredPatient]) -> Halves:
        return cls(
            real_logs.LogScore.of(patients[::2]),
            real_logs.LogScore.of(patients[1::2]),
            real_logs.LogScore.of(patients),
        )


@click.command("score")
@click.option(
    "--logs",
    envvar="HEARTHBEAT_UCI_DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help='Folder of the logs "Diabetes" of the UCI Machine Learning Repository.',
)
@click.option("--quick", is_flag=True, help="Fewer simulated patients: under a minute.")
@click.option("--json", "json_", is_flag=True, help="One JSON object instead of tables.")
def score(*, logs: Path | None, quick: bool, json_: bool) -> None:
    """Score the shipped rules: what they leave untold, and how often they call somebody for nothing.

    On logs of real patients (with --logs), and on simulated heart failure beside the rules of thumb.
    """
    halves = None if logs is None else Halves.of(list(_read(logs)))
    rules = list(_on_cohorts(quick=quick))
    if json_:
        found = {
            "logs": None if halves is None else asdict(halves),
            "heart_failure": [asdict(rule) for rule in rules],
        }
        click.echo(json.dumps(found))
        return
    console = tables.open_console()
    if halves is not None:
        console.print(tables.log_table(halves.tuned_on, halves.other, halves.all))
    console.print(tables.cohort_table(rules))


def _read(folder: Path) -> Iterator[real_logs.ScoredPatient]:
    paths = sorted(folder.glob("data-*"))
    if len(paths) < FEWEST_LOGS:
        raise click.ClickException(
            f"{folder}: expected {FEWEST_LOGS} logs or more, named data-01, data-02, ..."
        )
    diabetes = rule_files.load_shipped()["diabetes"]
    with click.progressbar(paths, label="Logs", file=sys.stderr, hidden=not sys.stderr.isatty()) as progress:
        for path in progress:
            yield real_logs.read_patient(path, diabetes)


def _on_cohorts(*, quick: bool) -> Iterator[cohort.RuleScore]:
    patients, sample = (PATIENTS_QUICK, SAMPLE_QUICK) if quick else (PATIENTS, SAMPLE)
    compared = cohort.compare(_homes(patients, TUNING_SEEDS), _homes(patients, REPORT_SEEDS))
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        compared, length=1 + len(candidates.KINDS), label="Kinds", file=sys.stderr, hidden=hidden
    ) as progress:
        yield from progress
    yield from whole_set.score_set(rule_files.load_shipped()["heart-failure"], _homes(sample, SET_SEEDS))


def _homes(patients: int, seeds: Sequence[int]) -> cohort.Homes:
    return {
        name: [heart_failure.draw(each, patients, seed) for seed in seeds]
        for name, each in heart_failure.GENERATORS.items()
    }
