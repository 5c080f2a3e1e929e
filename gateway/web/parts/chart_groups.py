"""What is shown together: a vital, or the two of a blood pressure. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum
from typing import NamedTuple

from edge_agent.wire.vitals import Vital
from gateway.patients.limit_store import LimitInForce
from gateway.readings.history import StoredReading
from gateway.web.parts.words import quantity


class ChartGroupRow(NamedTuple):
    """A row of the table: the vitals of one chart, the upper first."""

    key: str
    name: str
    vitals: tuple[Vital, ...]


class ChartGroup(Enum):
    """One chart each, in the order in which they stand where nothing was raised."""

    BLOOD_PRESSURE = ChartGroupRow(
        "blood-pressure", "Blood pressure", (Vital.SYSTOLIC_BP, Vital.DIASTOLIC_BP)
    )
    GLUCOSE = ChartGroupRow("glucose", "Blood glucose", (Vital.BLOOD_GLUCOSE,))
    WEIGHT = ChartGroupRow("weight", "Body weight", (Vital.BODY_WEIGHT,))
    SPO2 = ChartGroupRow("spo2", "Oxygen saturation", (Vital.SPO2,))
    PULSE = ChartGroupRow("pulse", "Pulse rate", (Vital.PULSE_RATE,))
    TEMPERATURE = ChartGroupRow("temperature", "Body temperature", (Vital.BODY_TEMPERATURE,))
    BODY_FAT = ChartGroupRow("body-fat", "Body fat", (Vital.BODY_FAT,))

    @property
    def key(self) -> str:
        """The name in addresses and in the page."""
        return self.value.key

    @property
    def title(self) -> str:
        """The name for people."""
        return self.value.name

    @property
    def vitals(self) -> tuple[Vital, ...]:
        return self.value.vitals

    @property
    def unit(self) -> str:
        """As people write it."""
        return quantity(0, self.vitals[0].unit).removeprefix("0 ")

    def values(self, reading: StoredReading) -> tuple[float, ...] | None:
        """What a reading says of it: all of its vitals, or nothing."""
        found = [reading.values.get(vital.code) for vital in self.vitals]
        numbers = tuple(each.value for each in found if each is not None)
        return numbers if len(numbers) == len(self.vitals) else None

    def limit_text(self, limit: LimitInForce) -> str:
        """A limit of one of its vitals, as people say it."""
        which = {Vital.SYSTOLIC_BP.code: "systolic ", Vital.DIASTOLIC_BP.code: "diastolic "}
        return f"{which.get(limit.limit.vital, '')}{limit.limit.words} {limit.value:g}"

    def has_one_of(self, vitals: Collection[str]) -> bool:
        return any(vital.code in vitals for vital in self.vitals)


def ordered(present: Collection[ChartGroup], raised: Collection[str]) -> Sequence[ChartGroup]:
    """Those whose vitals (codes) were raised first."""
    shown = [group for group in ChartGroup if group in present]
    return sorted(shown, key=lambda group: not group.has_one_of(raised))
