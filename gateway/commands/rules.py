"""`hearthbeat rules`: check rule files, and read rules as sentences."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from edge_agent.wire.deferred_imports import deferred_imports
from gateway.commands.backtest import backtest
from gateway.commands.refusal import BadInput

with deferred_imports():
    from gateway import rules as rule_files
    from gateway.patients import programmes
    from gateway.rules import feasibility, sentences
    from gateway.trials import durations, readings_file
    from gateway.trials import trial as trying


@click.group()
def rules() -> None:
    """Rule files."""


@rules.command()
@click.argument("files", nargs=-1, required=True)
def check(files: tuple[str, ...]) -> None:
    """Check rule files; exit 1 if one cannot be used. A shipped set's name is its file's.

    Also a rule that can never raise at the schedule of its own set is said, with what would mend it.
    """
    bad = False
    for file in files:
        try:
            rule_set = rule_files.load_named(file)
        except rule_files.RuleFileError as error:
            bad = True
            click.echo(error, err=True)
            continue
        faults = list(feasibility.faults(rule_set, programmes.schedule_of(rule_set)))
        for fault in faults:
            bad = True
            click.echo(f"{file}: {fault}", err=True)
        if not faults:
            click.echo(f"{file}: good, {len(rule_set.rules)} rules of version {rule_set.version}")
    sys.exit(bad)


@rules.command()
@click.argument("sets", nargs=-1, metavar="[SET]...")
def show(sets: tuple[str, ...]) -> None:
    """Print each rule as a sentence, with its source and its steps.

    SET is a shipped set's name or a rule file; without any, all shipped sets.
    """
    try:
        chosen = [rule_files.load_named(name) for name in sets]
    except rule_files.RuleFileError as error:
        raise click.ClickException(str(error)) from error
    for rule_set in chosen or rule_files.load_shipped().values():
        click.echo("\n".join(sentences.set_lines(rule_set)))


@rules.command(name="try")
@click.argument("rule_set", metavar="RULES")
@click.argument("readings", metavar="READINGS.csv", type=click.Path(path_type=Path))
@click.option("--team", default="", help="After how long a team completes tasks: urgent=8h,routine=72h.")
@click.option("--zone", default="UTC", show_default=True, help="Where the patients live.")
def try_(rule_set: str, readings: Path, team: str, zone: str) -> None:
    """Say what rules would do with readings: a line of JSON for each thing that happens.

    RULES is a shipped set's name or a rule file; beside it judge the safety net and the values beyond doubt,
    as they do live. READINGS.csv has the columns
    patient,vital,value,unit,measured_at[,received_at]. No database is needed. Silences are not tried.
    A row that cannot be used ends it with exit code 2, after what happens before that row.
    """
    try:
        judged_by = programmes.rules_in(rule_files.load_named(rule_set), rule_files.load_shipped())
        trial = trying.Trial(judged_by, durations.responding_team(team), _zone(zone))
    except (rule_files.RuleFileError, ValueError) as error:
        raise BadInput(str(error)) from error
    arrivals, wrong = readings_file.read_arrivals(readings)
    hidden = not sys.stderr.isatty() or sys.stdout.isatty()
    with click.progressbar(arrivals, label="Readings", file=sys.stderr, hidden=hidden) as progress:
        for arrival in progress:
            for event in trial.arrive(arrival):
                click.echo(event.as_json())
    if wrong is not None:
        raise BadInput(str(wrong))


def _zone(name: str) -> ZoneInfo:
    """Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"--zone: expected a time zone such as Europe/Stockholm, not {name!r}") from error


rules.add_command(backtest)
