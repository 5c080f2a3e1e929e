"""The messages of version 1: frozen, strict, and the same for a hub in any language (`hearthbeat schema`)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from edge_agent.wire.codes import AbsentReason, EventKind, Flag, HubProblem, Meal, ReadingKind
from edge_agent.wire.instants import ClockTime
from edge_agent.wire.vitals import Vital

MAX_READINGS = 100
"""Readings in one message."""
MAX_LIVE_BATCHES = 100
"""Batches of a hub that may wait for their receipt at a time."""
MAX_BACKLOG_BATCHES = 4
MAX_POSITION = 2**31 - 1
MAX_EPOCH = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""
MAX_DEVICES = 500
"""Devices in one status: more than a care home has."""
MAX_CLOCK_OFFSET_S = 4e11
"""More than the years 1 to 9999 have seconds."""
MAX_AMOUNT = 1e6
"""Of what somebody takes, eats or does: more than anybody can in any unit that is used."""
MAX_TEAMS = 10
"""Plans of care teams of which one home is told."""
DAY_MINUTES = 24 * 60


def _flag(code: object) -> object:
    if isinstance(code, str):
        for flag in Flag:
            if flag.code == code:
                return flag
        raise ValueError("not a flag of the contract")
    return code


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise ValueError("not an IANA time zone that is known here") from error
    return name


VitalCode = Annotated[
    Vital,
    PlainSerializer(lambda vital: vital.code, return_type=str),
    WithJsonSchema({"type": "string", "enum": [vital.code for vital in Vital]}),
]
FlagCode = Annotated[
    Flag,
    BeforeValidator(_flag),
    PlainSerializer(lambda flag: flag.code, return_type=str),
    WithJsonSchema({"type": "string", "enum": [flag.code for flag in Flag]}),
]
Text = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00-\x1f]*$")]
Hex = Annotated[str, StringConstraints(max_length=1024, pattern=r"^([0-9a-f]{2})*$")]
Position = Annotated[int, Field(ge=1, le=MAX_POSITION)]
Epoch = Annotated[int, Field(ge=1, le=MAX_EPOCH)]
Positions = Annotated[tuple[Position, ...], Field(max_length=MAX_READINGS)]
FlagCodes = Annotated[tuple[FlagCode, ...], Field(max_length=len(Flag))]
ClockOffset = Annotated[float, Field(ge=-MAX_CLOCK_OFFSET_S, le=MAX_CLOCK_OFFSET_S)]
Edition = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
TimeZone = Annotated[Text, AfterValidator(_zone)]


class Message(BaseModel):
    """What all messages share: immutable, and a field that is not in the contract is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        hide_input_in_errors=True,  # it may be a measured value, and errors reach logs
    )


class Quantity(Message):
    """A number with its UCUM unit."""

    value: float
    unit: Text


class Amount(Quantity):
    """How much of something; next to nothing is nothing."""

    value: Annotated[float, Field(ge=0, le=MAX_AMOUNT), AfterValidator(lambda value: round(value, 9))]


class Device(Message):
    """The device that measured. `identifier` is its Bluetooth address (EUI-48) or serial number."""

    identifier: Annotated[Text, Field(min_length=1)]
    manufacturer: Text | None = None
    model: Text | None = None


class PatientEvent(Message):
    """Something the patient did or felt; the amount may be a dose."""

    kind: EventKind
    detail: Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z-]+$")] | None = None
    amount: Amount | None = None


class Reading(Message):
    """One measurement event of one device. Times are UTC, except the device's own clock: it has no zone."""

    # Derived from device, sequence and raw bytes: a resend keeps it, so storing twice is harmless.
    reading_id: UUID
    kind: ReadingKind
    device: Device
    user: Annotated[int, Field(ge=0, le=255)] | None = None  # the slot of the device, where it has several
    values: dict[VitalCode, Quantity] = Field(default_factory=dict)  # in canonical units
    original: dict[VitalCode, Quantity] = Field(
        default_factory=dict
    )  # as the device said it, where the unit was another
    absent: dict[VitalCode, AbsentReason] = Field(default_factory=dict)
    measured_at: ClockTime  # computed once by the hub; never later than `captured_at`
    captured_at: ClockTime  # the hub's clock when the bytes arrived
    device_clock: datetime | None = None  # as the device gave it
    clock_offset_s: ClockOffset | None = None  # device clock minus hub clock in that session
    sequence: Annotated[int, Field(ge=0, le=65535)] | None = None
    flags: FlagCodes = ()
    meal: Meal | None = None
    event: PatientEvent | None = None
    raw: Hex

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for vital, quantity in self.values.items():
            if quantity.unit != vital.unit:
                raise ValueError(f"{vital.code} must be in {vital.unit}")
        if (self.kind is ReadingKind.EVENT) != (self.event is not None):
            raise ValueError("an event, and nothing else, carries `event`")
        if self.event is None and not self.values and not self.absent:
            raise ValueError("a reading holds at least one vital, measured or absent")
        if not self.values.keys().isdisjoint(self.absent):
            raise ValueError("a vital is measured or absent, not both")
        if self.device_clock is not None and self.device_clock.tzinfo is not None:
            raise ValueError("device_clock has no zone: the device knows none")
        return self


class BatchHeader(Message):
    """What a batch says outside its payload (correlation data, user properties): readable when that is not.

    The readings hold the positions `first_position` to `first_position + count - 1` of the hub's epoch.
    """

    batch_id: UUID
    epoch: Epoch
    first_position: Position
    count: Annotated[int, Field(ge=1, le=MAX_READINGS)]

    @model_validator(mode="after")
    def _ends_in_reach(self) -> Self:
        if self.last_position > MAX_POSITION:
            raise ValueError(f"the last position is beyond {MAX_POSITION}")
        return self

    @property
    def last_position(self) -> int:
        return self.first_position + self.count - 1


class Batch(Message):
    """The payload of `readings` and `backlog`: one contiguous run of a hub's positions."""

    readings: Annotated[tuple[Reading, ...], Field(min_length=1, max_length=MAX_READINGS)]


class Quarantined(Message):
    """A position that cannot be used and why, in words that hold no measured value."""

    position: Position
    reason: Text


class Receipt(Message):
    """The gateway's word that a batch is committed. Every position is in exactly one of the three."""

    batch_id: UUID
    epoch: Epoch
    stored: Positions = ()
    before: Positions = ()  # stored by an earlier delivery, with the same values
    quarantined: Annotated[tuple[Quarantined, ...], Field(max_length=MAX_READINGS)] = ()

    @property
    def positions(self) -> tuple[int, ...]:
        return (*self.stored, *self.before, *(each.position for each in self.quarantined))


class DeviceStatus(Message):
    """What a hub knows of one of its devices."""

    device: Device
    last_seen_at: ClockTime | None = None
    battery_percent: Annotated[int, Field(ge=0, le=100)] | None = None


class HubStatus(Message):
    """Retained. The will is `HubStatus(online=False)`; a birth carries the rest."""

    online: bool
    at: ClockTime | None = None
    version: Text | None = None
    epoch: Epoch | None = None
    assigned: Annotated[int, Field(ge=0, le=MAX_POSITION)] | None = None  # the highest position given
    receipted: Annotated[int, Field(ge=0, le=MAX_POSITION)] | None = None  # the highest with a receipt
    waiting: Annotated[int, Field(ge=0, le=MAX_POSITION)] | None = None
    clock_synchronised: bool | None = None  # if not, readings wait for a position until it is
    problems: Annotated[tuple[HubProblem, ...], Field(max_length=len(HubProblem))] = ()
    devices: Annotated[tuple[DeviceStatus, ...], Field(max_length=MAX_DEVICES)] = ()
    care: Edition | Literal[""] | None = None  # the CareCommand it holds; "": none; null: takes none


class ReplayCommand(Message):
    """Send these positions again: the gateway does not hold them."""

    command: Literal["replay"] = "replay"
    epoch: Epoch
    first_position: Position
    last_position: Position


class NewEpochCommand(Message):
    """Start a new epoch: another hub with this name has used these positions (cloned or restored)."""

    command: Literal["new-epoch"] = "new-epoch"
    epoch: Epoch  # the one to leave


class Opening(Message):
    """From when to when somebody is there on a weekday (Monday 1), in minutes since midnight; exclusive."""

    weekday: Annotated[int, Field(ge=1, le=7)]
    opens: Annotated[int, Field(ge=0, lt=DAY_MINUTES)]
    closes: Annotated[int, Field(ge=1, le=DAY_MINUTES)]

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("opens before it closes")
        return self


class TeamHours(Message):
    """When a care team looks at what its patients measure, on the clocks of its zone. Not on holidays."""

    time_zone: TimeZone
    hours: Annotated[tuple[Opening, ...], Field(max_length=100)]  # none: nobody has said that it ever looks
    holidays: Annotated[tuple[date, ...], Field(max_length=400)] = ()  # those to come


class CareCommand(Message):
    """What the people of this home are to know of their care teams. It replaces what was told before.

    It names no patient and no team: the page of the hub shows it to everybody in the home.
    """

    command: Literal["care"] = "care"
    edition: Edition  # another for other content: the hub says in its status which it holds
    teams: Annotated[tuple[TeamHours, ...], Field(max_length=MAX_TEAMS)]  # none: the home has no patient


Command = ReplayCommand | NewEpochCommand | CareCommand
AnyCommand = Annotated[Command, Field(discriminator="command")]
