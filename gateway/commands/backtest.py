"""`hearthbeat rules backtest`: other rules on the readings that are stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence

import click

from edge_agent.wire.deferred_imports import deferred_imports
from gateway.clock import utc_now
from gateway.commands.actor import acting
from gateway.commands.refusal import BadInput
from gateway.commands.runner import do
from gateway.staff.permissions import Permission

with deferred_imports():
    from edge_agent.wire import instants
    from gateway import rules
    from gateway.trials import backtest as comparison
    from gateway.trials import backtest_store as stored
    from gateway.trials import durations

MOST_SHOWN = 50
DAYS = 100


@click.command("backtest")
@click.option("--rules", "file", required=True, metavar="NEW", help="A rule file, or a shipped set's name.")
@click.option("--programme", help="Whose patients, and beside whose rules. [default: the name of NEW]")
@click.option("--since", "since", default="90d", show_default=True, help="How far back, such as 90d or 48h.")
@click.option(
    "--team",
    default="urgent=8h,routine=72h",
    show_default=True,
    help="After how long a team completes tasks.",
)
@click.option("--lines", "as_lines", is_flag=True, help="What would happen by NEW, as `rules try` says it.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for all, then one for each patient.")
@click.option("--as", "username", envvar="HEARTHBEAT_USER", required=True, help="Your user name.")
def backtest(
    *, file: str, programme: str | None, since: str, team: str, as_lines: bool, as_json: bool, username: str
) -> None:
    """Say what NEW would have changed for the patients of a programme whom you may see.

    Their stored readings are judged as they arrived, by the rules in force and by NEW, each with the
    patient's own limits: interruptions now and then, what is added, and what is no longer caught.
    Silences are not tried.
    """
    try:
        question = _question(file, programme, since, team)
    except (rules.RuleFileError, ValueError, OverflowError) as error:
        raise BadInput(str(error)) from error
    if as_lines:
        do(_lines(question, username))
        return
    total, changed = do(_compare(question, username))
    if as_json:
        for each in (total, *changed):
            click.echo(json.dumps(each.as_row()))
    else:
        click.echo("\n".join(_text(total, changed)))


def _question(file: str, programme: str | None, since: str, team: str) -> comparison.Question:
    """Raises rules.RuleFileError, and ValueError on a programme that is none."""
    new, shipped, now = rules.load_named(file), rules.load_shipped(), utc_now()
    name = programme or new.name
    if name not in shipped:
        raise ValueError(f"--programme: there is no {name!r}; known are {', '.join(shipped)}")
    since_when = instants.entered(now - durations.span(since))
    return comparison.Question(shipped[name], new, since_when, now, durations.responding_team(team))


async def _lines(question: comparison.Question, username: str) -> None:
    async with acting(username, Permission.SEE_PATIENTS) as (pool, staff), pool.connection() as conn:
        async for person, arrived in stored.people(conn, staff, question):
            for event in comparison.lines(person, person.new, arrived, question.team):
                if event.at >= question.since:
                    click.echo(event.as_json())


async def _compare(
    question: comparison.Question, username: str
) -> tuple[comparison.Difference, Sequence[comparison.Difference]]:
    total, changed = comparison.Difference("all"), []
    hidden = not sys.stderr.isatty()
    async with acting(username, Permission.SEE_PATIENTS) as (pool, staff), pool.connection() as conn:
        length = await stored.count(conn, staff, question.programme)
        with click.progressbar(length=length, label="Patients", file=sys.stderr, hidden=hidden) as progress:
            async for person, arrived in stored.people(conn, staff, question):
                found = comparison.differ(person, arrived, question.team, question.since)
                total = total.plus(found)
                if found.changes:
                    changed.append(found)
                progress.update(1)
    return total, changed


def _text(total: comparison.Difference, changed: Sequence[comparison.Difference]) -> Iterator[str]:
    """For people: all together, by rule, and the patients for whom most changes."""
    yield f"{total.days:,} patient-days with readings; interruptions in {DAYS} of them:"
    yield f"  urgent   {_rate(total.now.urgent, total)} now, {_rate(total.then.urgent, total)} then"
    yield f"  routine  {_rate(total.now.routine, total)} now, {_rate(total.then.routine, total)} then"
    yield from _by_rule("Added", total.added)
    yield from _by_rule("No longer caught", total.lost)
    if not changed:
        yield "Nothing changes for anybody."
        return
    yield f"Something changes for {len(changed):,} patients:"
    for each in sorted(changed, key=_change, reverse=True)[:MOST_SHOWN]:
        calls = (
            f"{each.now.urgent + each.now.routine} to {each.then.urgent + each.then.routine} interruptions"
        )
        lost, added = sum(each.lost.values()), sum(each.added.values())
        yield f"  {each.patient}: {calls} in {each.days} days; {added} added, {lost} no longer caught"
    if len(changed) > MOST_SHOWN:
        yield f"  and {len(changed) - MOST_SHOWN:,} more; --json names them all"


def _by_rule(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if not counts:
        yield f"{title}: no reading"
        return
    yield f"{title}, readings by rule:"
    yield from (f"  {count:,} {rule}" for rule, count in sorted(counts.items(), key=lambda each: -each[1]))


def _rate(calls: int, total: comparison.Difference) -> str:
    return f"{DAYS * calls / total.days if total.days else 0:.2f}"


def _change(difference: comparison.Difference) -> tuple[int, int]:
    """What is no longer caught comes first."""
    return sum(difference.lost.values()), sum(difference.added.values())
