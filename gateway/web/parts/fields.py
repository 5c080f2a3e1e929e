"""The types of what is sent to the API, and how long lists are paged."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Generic, TypeVar
from unicodedata import category
from zoneinfo import ZoneInfo, available_timezones

from fastapi import Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NaiveDatetime,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)

from edge_agent.wire.instants import EARLIEST, is_instant, latest
from gateway.clock import utc_now
from gateway.errors import Refused
from gateway.mailbox import LONGEST_MAILBOX, check_mailbox
from gateway.web.guard.ids import LAST_ID

T = TypeVar("T")

JOINERS = "\u200c\u200d"
"""Invisible as they are, Persian and Indic names need them."""


def _one_line(typed: object) -> object:
    """Without what nobody sees: it turns names round (U+202E), or makes two of one. Raises ValueError."""
    if not isinstance(typed, str):
        return typed
    text = "".join(each for each in typed.strip() if category(each) != "Cf" or each in JOINERS)
    if any(category(each) in {"Cc", "Zl", "Zp"} for each in text):
        raise ValueError("one line, please, without tabs or other control characters")
    return text if text.strip(f"{JOINERS} ") else ""


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=250), BeforeValidator(_one_line)]
"""What people write in one line, perhaps nothing."""
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=250), BeforeValidator(_one_line)
]
"""What people write in one line."""
MOST_STEPS = 20
Steps = Annotated[tuple[Text, ...], Field(max_length=MOST_STEPS)]
"""What is to be done, one after the other."""
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=r"^[^\x00]*$")]
Id = Annotated[int, Field(ge=1, le=LAST_ID)]
LAST_BIG_ID = 2**63 - 1
BigId = Annotated[int, Field(ge=1, le=LAST_BIG_ID)]
Limit = Annotated[int, Query(ge=1, le=500)]
Email = Annotated[
    str,
    AfterValidator(check_mailbox),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": LONGEST_MAILBOX}),
]
"""Where one person is told."""
VitalValue = Annotated[float, Field(ge=0, le=10_000)]
"""What may be held against some vital, in its own unit; each has bounds of its own, well within these."""
Cursor = Annotated[str | None, Query(max_length=200, description="what the page before said under `next`")]

_BAD_CURSOR = "This list has no such place, or had another order before an update: begin at its first page."


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in zones():
        raise ValueError("choose a time zone of the list, such as Europe/Berlin")
    return name


TimeZone = Annotated[str, AfterValidator(_zone)]


_DAYS = "expected a date from 1980-01-02 to a hundred years from now"


def _day(day: date) -> date:
    """Its beginning and its end are moments that may be, wherever it is. Raises ValueError."""
    if not EARLIEST.date() < day < latest(utc_now()).date() - timedelta(days=1):
        raise ValueError(_DAYS)
    return day


Day = Annotated[
    date,
    AfterValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "description": _DAYS}),
]
"""A day of somebody's calendar."""


def _local_time(at: datetime) -> datetime:
    _day(at.date())
    return at


LocalTime = Annotated[NaiveDatetime, AfterValidator(_local_time)]
"""A date and a time as clocks show it where somebody is."""


class BadCursor(Refused):
    """A cursor is what an earlier page said under `next`."""


class Body(BaseModel):
    """What is sent: a field that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Page(BaseModel, Generic[T]):
    """A part of a long list; `next` is the cursor of the one that follows."""

    items: Sequence[T]
    next: str | None


def page(items: Sequence[T], limit: int, place: Callable[[T], object]) -> Page[T]:
    """`items` as a page. One that is full may be followed by an empty one."""
    if len(items) < limit:
        return Page(items=items, next=None)
    content = TypeAdapter(object).dump_json(place(items[-1]))
    return Page(items=items, next=urlsafe_b64encode(content).decode())


def read_cursor(cursor: str | None, kind: type[T]) -> T | None:
    """The place that `page` wrote. Raises BadCursor."""
    if cursor is None:
        return None
    try:
        place = TypeAdapter(kind).validate_json(urlsafe_b64decode(cursor.encode()))
    except (ValidationError, binascii.Error) as error:
        raise BadCursor(_BAD_CURSOR) from error
    if not all(map(_may_be, place if isinstance(place, tuple) else (place,))):
        raise BadCursor(_BAD_CURSOR)
    return place


def _may_be(part: object) -> bool:
    """Whether a page can have ended there."""
    match part:
        case datetime():
            return part.tzinfo is not None and is_instant(part, utc_now())
        case int():
            return abs(part) <= LAST_BIG_ID
        case _:
            return True


def after_day(day: date, zone: str) -> datetime:
    """The end of a day where the time zone is."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
