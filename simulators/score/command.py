"""`hearthbeat-sim score`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click

from edge_agent.wire.deferred_imports import deferred_imports

with deferred_imports():
    from alerting import rules
    from gateway import rules as rule_files
    from simulators.cohorts import homes as homes_of
    from simulators.score import aims, candidates, cohort, logs, report, tables

REPORT_SEEDS, TUNING_SEED = (11, 12), 1
"""Numbers are chosen on other seeds than those that are reported."""
PATIENTS, PATIENTS_QUICK, PATIENTS_TUNING = 150, 20, 60
"""Of each home and seed."""
FEWEST_LOGS = 4
"""Two in each half: of fewer there is no 95th percentile."""
T = TypeVar("T")


@click.command("score")
@click.option(
    "--logs",
    "folder",
    envvar="HEARTHBEAT_UCI_DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help='Folder of the logs "Diabetes" of the UCI Machine Learning Repository.',
)
@click.option(
    "--diabetes",
    default="diabetes",
    metavar="RULES",
    help="Other rules for the logs: a set's name or a file.",
)
@click.option(
    "--heart-failure", default="heart-failure", metavar="RULES", help="Other rules for heart failure."
)
@click.option(
    "--seed",
    "seeds",
    type=click.IntRange(min=0),
    multiple=True,
    default=REPORT_SEEDS,
    show_default=True,
    help="Of the simulated patients; may be given several times. Choose rules on others than you report.",
)
@click.option("--kinds", is_flag=True, help="Compare kinds of rules for a weight too: some minutes more.")
@click.option("--quick", is_flag=True, help="Fewer simulated patients, of one seed: under a minute.")
@click.option("--json", "json_", is_flag=True, help="One JSON object instead of tables.")
def score(
    *,
    folder: Path | None,
    diabetes: str,
    heart_failure: str,
    seeds: tuple[int, ...],
    kinds: bool,
    quick: bool,
    json_: bool,
) -> None:
    """Score the shipped rules: what they leave untold, and how often they call somebody for nothing.

    On logs of real patients (with --logs), heard by teams that take 2, 8 and 24 hours; and on simulated heart
    failure in many homes, beside the rules of thumb and beside chance. The same seeds give the same scores.
    """
    patients, seeds = (PATIENTS_QUICK, seeds[:1]) if quick else (PATIENTS, seeds)
    columns = [] if folder is None else list(_columns(folder, _rules(diabetes)))
    homes = report.draw_homes(patients, seeds)
    scores = _by_rule(_shown(report.home_scores(_rules(heart_failure), homes), "Homes", len(homes)))
    compared = list(_kinds(homes)) if kinds else []
    reached = [*(report.aims_on_logs(columns) if columns else ()), *report.aims_on_homes(scores)]
    if json_:
        click.echo(json.dumps(_as_json(columns, scores, compared, reached)))
        return
    console = tables.open_console()
    for half in (report.TUNED_ON, report.OTHER) if columns else ():
        console.print(tables.log_table(half, columns))
    console.print(tables.home_table(scores))
    if compared:
        console.print(tables.kind_table(compared, scores))
    console.print(tables.aim_table(reached))


def _rules(name: str) -> Sequence[rules.Rule]:
    try:
        return rule_files.load_named(name).rules
    except rule_files.RuleFileError as error:
        raise click.ClickException(str(error)) from None


def _columns(folder: Path, rules: Sequence[rules.Rule]) -> Iterator[report.LogColumn]:
    paths = sorted(folder.glob("data-*"))
    if len(paths) < FEWEST_LOGS:
        raise click.ClickException(
            f"{folder}: expected {FEWEST_LOGS} logs or more, named data-01, data-02, ..."
        )
    read = list(_shown(map(logs.read, paths), "Logs", len(paths)))
    teams = 2 * 2 * len(report.URGENT_HOURS)
    yield from _shown(report.log_columns(read, rules), "Teams", teams)


def _kinds(homes: report.Homes) -> Iterator[candidates.KindScore]:
    tuned_on = report.draw_homes(PATIENTS_TUNING, (TUNING_SEED,))
    return _shown(candidates.compare(tuned_on, homes), "Kinds", len(candidates.KINDS))


def _by_rule(
    of_homes: Iterable[tuple[str, report.OfHome]],
) -> dict[str, dict[str, Sequence[cohort.CohortScore]]]:
    found: dict[str, dict[str, Sequence[cohort.CohortScore]]] = {}
    for home, by_rule in of_homes:
        for rule, scores in by_rule.items():
            found.setdefault(rule, {})[home] = scores
    return found


def _shown(steps: Iterable[T], label: str, length: int) -> Iterator[T]:
    """The steps, with their progress on a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(steps, length=length, label=label, file=sys.stderr, hidden=hidden) as progress:
        yield from progress


def _as_json(
    columns: Sequence[report.LogColumn],
    scores: dict[str, dict[str, Sequence[cohort.CohortScore]]],
    compared: Sequence[candidates.KindScore],
    reached: Sequence[aims.Aim],
) -> dict[str, object]:
    return {
        "logs": [asdict(column) for column in columns],
        "heart_failure": [
            {
                "rule": rule,
                "home": home,
                "is_sparse": homes_of.HOMES[home].is_sparse,
                "scores": list(map(asdict, of_home)),
            }
            for rule, by_home in scores.items()
            for home, of_home in by_home.items()
        ],
        "kinds": [asdict(kind) for kind in compared],
        "aims": [asdict(aim) | {"is_met": aim.is_met} for aim in reached],
    }
