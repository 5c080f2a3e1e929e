"""From what was typed to what is meant; or to what is wrong with it, said beside the field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from gateway.database.connection import Connection
from gateway.web.guard.errors import REFUSALS
from gateway.web.guard.idempotency import Once
from gateway.web.parts.setup_views import Field, FormBlock

M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")
WHOLE = ""
"""Where a fault stands that no single field has."""

_WORDS = {
    "missing": "Please fill this in.",
    "string_too_short": "Please fill this in.",
    "string_too_long": "At most {max_length} characters.",
    "too_short": "Please choose at least one.",
    "too_long": "At most {max_length}, not {actual_length}.",
    "enum": "Please choose one.",
    "literal_error": "Please choose one.",
    "date_from_datetime_parsing": "A date, such as 1951-05-04.",
    "date_parsing": "A date, such as 1951-05-04.",
    "datetime_from_date_parsing": "A date and a time, such as 2026-03-01 14:30.",
    "datetime_parsing": "A date and a time, such as 2026-03-01 14:30.",
    "float_parsing": "A number, such as 135 or 82.5.",
    "int_parsing": "A whole number.",
    "greater_than": "More than {gt}.",
    "greater_than_equal": "{ge} or more.",
    "less_than_equal": "{le} or less.",
    "string_pattern_mismatch": "This cannot be read. Please look at the hint.",
}


class FormRefused(Exception):
    """What was typed cannot be used; `faults` says why, by field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("What was typed cannot be used.")
        self.faults = faults


async def _typed(request: Request) -> FormData:
    return await request.form()


Typed = Annotated[FormData, Depends(_typed)]


async def submit(
    conn: Connection,
    kind: type[M],
    typed: FormData,
    act: Callable[[M], Awaitable[R]],
    beside: Mapping[type[Exception], str] | None = None,
) -> R:
    """Do what was typed, as `kind`. Raises Refused; `beside` says which field a refusal is about."""
    entry = read(kind, typed)
    try:
        async with conn.transaction():
            return await act(entry)
    except REFUSALS as refusal:
        raise FormRefused({(beside or {}).get(type(refusal), WHOLE): str(refusal)}) from refusal


async def create(
    once: Once,
    kind: type[M],
    typed: FormData,
    act: Callable[[M], Awaitable[str]],
    beside: Mapping[type[Exception], str] | None = None,
) -> Response:
    """As `submit`, to where `act` says. Sent again, a form does nothing more and leads there, too."""
    address = await submit(once.conn, kind, typed, lambda entry: once(str, lambda: act(entry)), beside)
    return RedirectResponse(address, status_code=303)


def read(kind: type[M], typed: FormData) -> M:
    """What was typed, as `kind`. What was left empty is not there. Raises Refused."""
    content: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        values = [each for each in typed.getlist(name) if isinstance(each, str) and each.strip()]
        if _takes_some(field.annotation):
            content[name] = values
        elif values:
            content[name] = values[-1]
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise FormRefused({str(each["loc"][0]): fault_text(each) for each in error.errors()}) from error


def filled(form: FormBlock, typed: FormData, faults: Mapping[str, str]) -> FormBlock:
    """The form as it was sent, with what is wrong. A password is to be typed anew."""
    names = {field.name for field in form.fields}
    fields = [_filled(field, typed, faults) for field in form.fields]
    whole = " ".join(fault for name, fault in faults.items() if name not in names)
    return replace(form, fields=fields, fault=whole)


def sentence(text: str) -> str:
    """With a capital letter; the rest stays."""
    return text[:1].upper() + text[1:]


def as_it_is(form: FormBlock, values: Mapping[str, Sequence[str]]) -> FormBlock:
    """The form with what is known already."""
    fields = [replace(field, values=values.get(field.name, field.values)) for field in form.fields]
    return replace(form, fields=fields)


def _filled(field: Field, typed: FormData, faults: Mapping[str, str]) -> Field:
    values = [each for each in typed.getlist(field.name) if isinstance(each, str)]
    return replace(field, values=() if field.is_secret else values, fault=faults.get(field.name, ""))


def _takes_some(annotation: object) -> bool:
    kinds = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)
    return any(get_origin(each) in {list, frozenset} for each in kinds)


def fault_text(error: Mapping[str, Any]) -> str:
    """What is wrong with one thing that was typed, from an error of pydantic's."""
    words = _WORDS.get(error["type"])
    if words is None:
        return f"{sentence(str(error['msg']).removeprefix('Value error, '))}."
    return words.format(**error.get("ctx", {}))
