"""What the templates of the patient's page show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID

from gateway.web.parts.views import Frame, TaskCard, TaskLine
from gateway.web.parts.words import Moment
from gateway.web.patient_page.sparkline import Sparkline


class Panel(Protocol):
    """What one tab shows."""

    template: ClassVar[str]


@dataclass(frozen=True)
class VitalCard:
    """The newest value of a vital, and its last seven days."""

    name: str
    value: str
    unit: str
    measured: Moment
    is_old: bool  # nothing in the last seven days
    is_raised: bool
    is_beyond: bool  # past a limit
    remarks: Sequence[str]
    limits: Sequence[str]
    has_own_limit: bool
    sparkline: Sparkline | None
    description: str  # of the picture, for those who do not see it


@dataclass(frozen=True)
class Phone:
    """A number as entered, and as a telephone takes it."""

    text: str
    href: str


@dataclass(frozen=True)
class Reach:
    """How to reach the patient, and what to have in mind; None and empty: not entered."""

    phone: Phone | None
    language: str
    emergency_contact: str
    emergency_phone: Phone | None
    address: str
    last_contact: str | None
    last_contact_at: Moment | None
    last_outcome: str | None
    last_outcome_at: Moment | None
    team: str
    on_it: Sequence[str]


@dataclass(frozen=True)
class Identity:
    """Who it is."""

    patient_id: int
    name: str
    born: str
    identifier: str
    second_identifier: str
    programmes: Sequence[str]
    local_time: str
    expected: Sequence[str]  # how often what is to be measured; empty: nobody is told when nothing is
    pause: str | None  # that holds now
    medications: Sequence[str] | None  # None: nobody has asked
    entered: str | None  # who entered it, and when


@dataclass(frozen=True)
class Tab:
    """A part of the record."""

    name: str
    label: str
    href: str
    is_open: bool


@dataclass(frozen=True)
class PatientPage:
    template: ClassVar = "patient_page/page.html"
    frame: Frame
    identity: Identity
    reach: Reach
    vitals: Sequence[VitalCard]
    card: TaskCard | None
    others: Sequence[TaskLine]  # the patient's other open tasks
    may_write: bool  # another task of the patient
    visit_id: UUID  # of this opening of the page
    spent: str  # this month, by everybody
    tabs: Sequence[Tab]
    links: Sequence[tuple[str, str]]  # to set-up pages: address and name
    panel: Panel


@dataclass(frozen=True)
class Chart:
    """One drawing; `settings` is what the script needs, as JSON."""

    key: str
    name: str
    unit: str
    settings: str
    limits: Sequence[str]
    is_raised: bool


@dataclass(frozen=True)
class ChartsPanel:
    template: ClassVar = "patient_page/charts.html"
    patient_id: int
    zone: str
    newest_ms: int  # when the newest reading was measured
    charts: Sequence[Chart]


@dataclass(frozen=True)
class DayCell:
    """A day of the calendar. Before the first one of a row stand as many empty ones as `offset` says."""

    label: str
    number: int
    readings: int
    state: str


@dataclass(frozen=True)
class Month:
    name: str
    offset: int
    days: Sequence[DayCell]


@dataclass(frozen=True)
class VitalCalendar:
    name: str
    asked: str
    kept: str
    months: Sequence[Month]


@dataclass(frozen=True)
class AdherencePanel:
    template: ClassVar = "patient_page/adherence.html"
    vitals: Sequence[VitalCalendar]


@dataclass(frozen=True)
class DeviceRow:
    device: str
    model: str
    since: str
    until: str | None
    hub: str | None
    hub_state: str


@dataclass(frozen=True)
class DevicesPanel:
    template: ClassVar = "patient_page/devices.html"
    devices: Sequence[DeviceRow]


@dataclass(frozen=True)
class LimitRow:
    rule: str
    limit: str
    shipped: str | None  # where the patient has a limit of their own
    set_by: str | None
    until: str | None
    why: str | None


@dataclass(frozen=True)
class LimitsPanel:
    template: ClassVar = "patient_page/limits.html"
    rows: Sequence[LimitRow]


@dataclass(frozen=True)
class TaskRow:
    task_id: int
    title: str
    priority: str
    raised: Moment
    reason: str
    status: str
    owner: str | None


@dataclass(frozen=True)
class TasksPanel:
    template: ClassVar = "patient_page/tasks.html"
    rows: Sequence[TaskRow]


@dataclass(frozen=True)
class NoteRow:
    at: Moment
    who: str
    text: str
    about: str | None
    task_id: int | None


@dataclass(frozen=True)
class NotesPanel:
    template: ClassVar = "patient_page/notes.html"
    patient_id: int
    rows: Sequence[NoteRow]
    draft: str
    notice: str | None


@dataclass(frozen=True)
class VisitRow:
    at: Moment
    who: str
    lasted: str


@dataclass(frozen=True)
class TimePanel:
    template: ClassVar = "patient_page/time.html"
    month: str
    rows: Sequence[VisitRow]


@dataclass(frozen=True)
class PersonPanel:
    """What is entered of the person, to be entered anew."""

    template: ClassVar = "patient_page/person.html"
    patient_id: int
    lines: Sequence[tuple[str, str, str]]  # name, label and what is entered
    medications: Sequence[tuple[str, bool]]  # name, and whether it is taken
    was_asked: bool
    entered: str | None
