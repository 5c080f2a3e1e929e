"""`hearthbeat rules`: check rule files, and read rules as sentences."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from alerting.rules import For, Requirement, Rule, RuleSet
from gateway.rules import RuleFileError, load_rule_set, load_shipped, shipped_file

WHOM = {
    Requirement.ADULT: "Adults only",
    Requirement.NOT_PREGNANT: "Not in pregnancy",
    Requirement.NO_HYPERCAPNIC_LUNG_DISEASE: "Not in COPD or other lung disease that retains carbon dioxide",
}


@click.group()
def rules() -> None:
    """Rule files."""


@rules.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check rule files; exit 1 if one cannot be used."""
    bad = False
    for file in files:
        try:
            rule_set = load_rule_set(file)
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
        chosen = [load_rule_set(shipped_file(name) or Path(name)) for name in sets]
    except RuleFileError as error:
        raise click.ClickException(str(error)) from error
    for rule_set in chosen or load_shipped().values():
        click.echo("\n".join(_set_lines(rule_set)))


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
    yield f"    Source ({rule.strength}): {rule.source}"
    yield from (f"    {note[:1].upper()}{note[1:]}" for note in rule.notes)
    yield from (f"    {_whom(each)}" for each in rule.whom)
    yield from (f"    {number}. {step}" for number, step in enumerate(rule.steps, start=1))


def _whom(each: For) -> str:
    return f"{WHOM[each.requirement]}: {each.source}"
