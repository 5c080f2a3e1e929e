"""`hearthbeat rules`: check rule files, and read rules as sentences."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from alerting.kinds.kind import hours_text, sentence_case
from alerting.rules import For, Repeat, RepeatUse, Requirement, Rule, RuleSet, Strength
from gateway.rules import RuleFileError, load_named, load_shipped, spans
from gateway.rules.readings_file import read_arrivals
from gateway.rules.trying import Trial

WHOM = {
    Requirement.ADULT: "Adults only",
    Requirement.NOT_PREGNANT: "Not in pregnancy",
    Requirement.NO_HYPERCAPNIC_LUNG_DISEASE: "Not in COPD or other lung disease that retains carbon dioxide",
}
STRENGTH = {
    Strength.RECOMMENDED: "a guideline recommends to act on this number",
    Strength.DEFINED: "a guideline defines the condition by this number",
    Strength.CONSENSUS: "advice of experts, not tested by itself",
    Strength.OURS: "our own choice, to be confirmed by those who use it",
}
REPEAT = {
    RepeatUse.MEASUREMENT_CHECK: "a normal one withdraws the first",
    RepeatUse.RECOVERY_CHECK: "it shows how the patient is then, and withdraws nothing",
}


@click.group()
def rules() -> None:
    """Rule files."""


@rules.command()
@click.argument("files", nargs=-1, required=True)
def check(files: tuple[str, ...]) -> None:
    """Check rule files; exit 1 if one cannot be used. A shipped set's name is its file's."""
    bad = False
    for file in files:
        try:
            rule_set = load_named(file)
            click.echo(f"{file}: good, {len(rule_set.rules)} rules of version {rule_set.version}")
        except RuleFileError as error:
            bad = True
            click.echo(error, err=True)
    sys.exit(bad)


@rules.command()
@click.argument("sets", nargs=-1, metavar="[SET]...")
def show(sets: tuple[str, ...]) -> None:
    """Print each rule as a sentence, with its source and its steps.

    SET is a shipped set's name or a rule file; without any, all shipped sets.
    """
    try:
        chosen = [load_named(name) for name in sets]
    except RuleFileError as error:
        raise click.ClickException(str(error)) from error
    for rule_set in chosen or load_shipped().values():
        click.echo("\n".join(_set_lines(rule_set)))


class BadInput(click.ClickException):
    """What was given cannot be used."""

    exit_code = 2


@rules.command(name="try")
@click.argument("rule_set", metavar="RULES")
@click.argument("readings", metavar="READINGS.csv", type=click.Path(path_type=Path))
@click.option("--team", default="", help="After how long a team completes tasks: urgent=8h,routine=72h.")
@click.option("--zone", default="UTC", show_default=True, help="Where the patients live.")
def try_(rule_set: str, readings: Path, team: str, zone: str) -> None:
    """Say what rules would do with readings: a line of JSON for each thing that happens.

    RULES is a shipped set's name or a rule file. READINGS.csv has the columns
    patient,vital,value,unit,measured_at[,received_at]. No database is needed. Silences are not tried.
    A row that cannot be used ends it with exit code 2, after what happens before that row.
    """
    try:
        trial = Trial(load_named(rule_set).rules, spans.team(team), _zone(zone))
    except (RuleFileError, ValueError) as error:
        raise BadInput(str(error)) from error
    arrivals, wrong = read_arrivals(readings)
    hidden = not sys.stderr.isatty() or sys.stdout.isatty()
    with click.progressbar(arrivals, label="Readings", file=sys.stderr, hidden=hidden) as progress:
        for arrival in progress:
            for happening in trial.arrive(arrival):
                click.echo(happening.as_json())
    if wrong is not None:
        raise BadInput(str(wrong))


def _zone(name: str) -> ZoneInfo:
    """Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"--zone: expected a time zone such as Europe/Stockholm, not {name!r}") from error


def _set_lines(rule_set: RuleSet) -> Iterator[str]:
    yield f"{rule_set.title} ({rule_set.name}, version {rule_set.version})"
    yield from (f"  {_whom(each)}" for each in rule_set.whom)
    for rule in rule_set.rules:
        yield ""
        yield from _rule_lines(rule)
    yield ""


def _rule_lines(rule: Rule) -> Iterator[str]:
    yield f"  {rule.title} ({rule.rule_id}, condition {rule.condition})"
    yield f"    {rule.priority.capitalize()}: {rule.kind.sentence}."
    yield f"    Source: {rule.source}"
    yield f"    Strength of evidence: {STRENGTH[rule.strength]}"
    yield from (f"    {sentence_case(note)}" for note in dict.fromkeys(rule.notes))
    if rule.repeat is not None:
        yield f"    {_repeat(rule.repeat)}"
    if rule.needs_review:
        yield "    A second person confirms how the task ends"
    yield from (f"    {_whom(each)}" for each in rule.whom)
    yield from (f"    {number}. {step}" for number, step in enumerate(rule.steps, start=1))


def _repeat(repeat: Repeat) -> str:
    span = (
        f"{_span(repeat.after_minutes)} to {_span(repeat.after_minutes + repeat.within_minutes)} later"
        if repeat.after_minutes
        else (f"within {_span(repeat.within_minutes)}")
    )
    return f"Second measurement {span}; {REPEAT[repeat.use]}: {repeat.source}"


def _span(minutes: float) -> str:
    hours, rest = divmod(minutes, 60)
    return hours_text(hours) if hours and not rest else f"{minutes:g} minutes"


def _whom(each: For) -> str:
    return f"{WHOM[each.requirement]}: {each.source}"
