"""What is wrong with a rule file: the key as it stands there, and what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel, ValidationError

from gateway.rules.tables.file import RuleTable

Location = tuple[int | str, ...]
JUDGE = "judge"
"""Where a rule's model keeps the keys of its kind; the file has no such level."""


def error_lines(error: ValidationError, file: type[BaseModel]) -> Iterator[str]:
    """One line for each fault; `file` is the table of the whole file."""
    errors = error.errors(include_url=False)
    for each in errors:
        location = each["loc"]
        if any(
            len(other["loc"]) > len(location) and other["loc"][: len(location)] == location
            for other in errors
        ):
            continue  # a list whose one entry is refused is called too short as well
        text = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            text = f"unknown parameter; allowed are {', '.join(_allowed(location, file))}"
        key = _key(location)
        yield f"{key}: {text}" if key else text


def _key(location: Location) -> str:
    """The location as it is written in the file: kinds are not part of it."""
    steps = [
        step for place, step in enumerate(location) if step != JUDGE and not _names_a_kind(location, place)
    ]
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _names_a_kind(location: Location, place: int) -> bool:
    before = location[:place]
    return isinstance(location[place], str) and (before[-1:] == (JUDGE,) or before[-2:-1] == ("parts",))


def _allowed(location: Location, file: type[BaseModel]) -> list[str]:
    """The keys of the table in which an unknown one stands."""
    tables = [file]
    for place, step in enumerate(location[:-1]):
        if _names_a_kind(location, place):
            tables = [each for each in tables if get_args(each.model_fields["kind"].annotation) == (step,)]
        elif isinstance(step, str):
            tables = list(_tables(tables[0].model_fields[step].annotation))
    beside = RuleTable.own_keys() if location[-3:-2] == (JUDGE,) else []
    return [*beside, *tables[0].model_fields]


def _tables(annotation: object) -> Iterator[type[BaseModel]]:
    """The tables that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _tables(argument)
