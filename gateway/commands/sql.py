"""`hearthbeat sql`: a statement as the database gets it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import click

from edge_agent.wire.deferred_imports import deferred_imports

with deferred_imports():
    from gateway.database import statements


@click.command()
@click.argument("name")
def sql(name: str) -> None:
    """Print a statement as it runs: with the columns of vitals, and a name for each value.

    NAME is that of the module and its statement, as in evaluation.load.series; the last part or parts of it
    where no other ends so.
    """
    known = statements.load_all()
    ending = [each for each in known if f".{each}".endswith(f".{name}")]
    found = [name] if name in known else ending
    match found:
        case [only]:
            click.echo(known[only])
        case []:
            raise click.BadParameter(f"there is no {name!r}{_near(name, known)}", param_hint="NAME")
        case _:
            raise click.BadParameter(
                f"{name!r} may be any of {', '.join(ending)}: say which", param_hint="NAME"
            )


def _near(name: str, known: Iterable[str]) -> str:
    """The whole names of those whose last parts, as many as `name` has, are like it."""
    parts = name.count(".") + 1
    ends: dict[str, list[str]] = {}
    for each in known:
        ends.setdefault(".".join(each.split(".")[-parts:]), []).append(each)
    near = get_close_matches(name, ends)
    return f"; near it are {', '.join(each for end in near for each in ends[end])}" if near else ""
