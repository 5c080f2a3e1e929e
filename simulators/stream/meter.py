"""A glucometer's memory: numbered records, the same each time that they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from edge_agent.reading_ids import device_reading_id
from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.messages import Device, Quantity, Reading
from edge_agent.wire.vitals import Vital

MEAN_MG_DL = 140.0
SPREAD_MG_DL = 45.0
LOWEST_MG_DL = 30
HIGHEST_MG_DL = 400


@dataclass(frozen=True)
class Meter:
    """`records` values, `every` so often from `began_at` on. The name alone decides what they are."""

    name: str
    records: int
    began_at: datetime
    every: timedelta

    @property
    def device(self) -> Device:
        return Device(identifier=self.name, manufacturer="Hearthbeat", model="virtual meter")

    def readings(self) -> Iterator[Reading]:
        """The records in their order, as a hub makes readings of them."""
        random = Random(self.name)
        for number in range(self.records):
            mg_dl = min(max(round(random.gauss(MEAN_MG_DL, SPREAD_MG_DL)), LOWEST_MG_DL), HIGHEST_MG_DL)
            yield self._reading(number, mg_dl)

    def _reading(self, number: int, mg_dl: int) -> Reading:
        at = self.began_at + number * self.every
        clock = at.astimezone(UTC).replace(tzinfo=None)
        raw = number.to_bytes(2, "little") + mg_dl.to_bytes(2, "little")
        reading_id = device_reading_id(self.name, raw, sequence=number, device_clock=clock)
        if reading_id is None:
            raise ValueError("a record with a number has an id")
        return Reading(
            reading_id=reading_id,
            kind=ReadingKind.BLOOD_GLUCOSE,
            device=self.device,
            values={Vital.BLOOD_GLUCOSE: Quantity(value=mg_dl, unit="mg/dL")},
            measured_at=at,
            captured_at=at,
            device_clock=clock,
            clock_offset_s=0.0,
            sequence=number,
            raw=raw.hex(),
        )
