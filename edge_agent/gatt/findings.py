"""Gathering the vitals of one measurement while its fields are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge_agent.gatt.numbers import Number
from edge_agent.gatt.units import Unit
from edge_agent.wire.codes import AbsentReason
from edge_agent.wire.messages import Quantity
from edge_agent.wire.vitals import Vital


@dataclass
class Findings:
    """Each vital that was read is in `values` or in `absent`; what is no vital is in `also`."""

    values: dict[Vital, float] = field(default_factory=dict)
    original: dict[Vital, Quantity] = field(default_factory=dict)
    absent: dict[Vital, AbsentReason] = field(default_factory=dict)
    also: dict[str, Quantity] = field(default_factory=dict)

    def add(self, vital: Vital, number: Number, unit: Unit | None = None) -> None:
        """A number in `unit`, or in the vital's canonical unit where that is None."""
        if isinstance(number, AbsentReason):
            self.absent[vital] = number
        elif unit is None:
            self.values[vital] = float(number)
        else:
            self.values[vital] = unit.to_canonical(number)
            self.original[vital] = Quantity(value=float(number), unit=unit.ucum)

    def add_other(self, name: str, number: Number, ucum: str) -> None:
        """A number that is no vital. Left out where it is absent."""
        if not isinstance(number, AbsentReason):
            self.also[name] = Quantity(value=float(number), unit=ucum)

    def fail(self, vital: Vital, reason: AbsentReason) -> None:
        """The vital has no number after all."""
        self.values.pop(vital, None)
        self.original.pop(vital, None)
        self.absent[vital] = reason
