"""What every decoder of a measurement characteristic answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from edge_agent.wire.codes import AbsentReason, Flag, Meal, ReadingKind
from edge_agent.wire.messages import Quantity
from edge_agent.wire.vitals import Vital


class DecodeError(ValueError):
    """The bytes are not of the format. Says at which byte and what was expected."""


@dataclass(frozen=True)
class Measurement:
    """What one characteristic value says, no more. `values` are in the vitals' canonical units."""

    kind: ReadingKind
    values: Mapping[Vital, float] = field(default_factory=dict)
    original: Mapping[Vital, Quantity] = field(default_factory=dict)  # where the device's unit was another
    absent: Mapping[Vital, AbsentReason] = field(default_factory=dict)
    device_clock: datetime | None = None  # without a zone, as the device gave it; None where it is unknown
    user: int | None = None
    sequence: int | None = None
    flags: tuple[Flag, ...] = ()
    meal: Meal | None = None
    also: Mapping[str, Quantity] = field(default_factory=dict)  # what is no vital: height, impedance
    site: str | None = None  # where on the body
    specimen: str | None = None  # of glucose: capillary whole blood, plasma, ...
    rr_intervals_s: tuple[float, ...] = ()  # oldest first
    more_follows: bool = False  # glucose context (0x2A34), or the other part of a body composition
