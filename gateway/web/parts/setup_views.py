"""What a set-up page is made of: one frame, and blocks one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

from gateway.web.parts.views import Frame


class FieldKind(StrEnum):
    """How a field is entered."""

    TEXT = "text"
    LONG = "long"
    EMAIL = "email"
    CONCEALED = "password"
    DATE = "date"
    NUMBER = "number"
    TIME = "datetime-local"
    ONE = "one"  # of some options
    SOME = "some"  # of some options


@dataclass(frozen=True)
class Field:
    """One thing to enter. `fault` says what is wrong with what was typed."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()  # value and label
    blank: str = "Choose …"  # where none of them is chosen
    suggestions: Sequence[str] = ()  # other texts may be typed
    optional: bool = False
    complete: str = "off"  # what browsers may fill in
    values: Sequence[str] = ()  # as typed, or as it is
    fault: str = ""

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def is_secret(self) -> bool:
        return self.kind is FieldKind.CONCEALED


@dataclass(frozen=True)
class FormBlock:
    """Fields and the button that sends them. `fault` is what is wrong with the whole."""

    block: ClassVar = "form"
    action: str
    button: str
    fields: Sequence[Field] = ()
    title: str = ""
    lead: str = ""
    fault: str = ""
    is_grave: bool = False  # cannot be undone by the same page


@dataclass(frozen=True)
class Cell:
    """One thing in a table, with what is said about it below; it may lead elsewhere or be a button."""

    text: str
    about: str = ""
    href: str = ""
    action: str = ""


@dataclass(frozen=True)
class TableBlock:
    """Rows of cells; `empty` is said where there is none."""

    block: ClassVar = "table"
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str
    title: str = ""
    following: str = ""  # address of the rows that follow


@dataclass(frozen=True)
class LinkBlock:
    """Where one goes on from here: text and address."""

    block: ClassVar = "links"
    links: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class FactBlock:
    """What is known of one thing."""

    block: ClassVar = "facts"
    facts: Sequence[tuple[str, str]]
    title: str = ""


@dataclass(frozen=True)
class VerbatimBlock:
    """Text as it came."""

    block: ClassVar = "verbatim"
    title: str
    text: str


@dataclass(frozen=True)
class NoticeBlock:
    """What somebody must read."""

    block: ClassVar = "notice"
    text: str


Block: TypeAlias = FormBlock | TableBlock | LinkBlock | FactBlock | VerbatimBlock | NoticeBlock


@dataclass(frozen=True)
class SetupPage:
    template: ClassVar = "parts/setup/page.html"
    frame: Frame
    lead: str
    blocks: Sequence[Block]
    back: tuple[str, str] | None = ("/setup", "Set-up")
    heading: str = ""  # where it names a patient: titles go into browsers' histories
