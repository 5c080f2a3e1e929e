"""Batches of cuff readings, and hubs that publish them and take the time until their receipts."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Self
from uuid import UUID, uuid4

from edge_agent.publisher import Broker
from edge_agent.publisher.connection import Connection, ConnectionClosed, MessageArrived
from edge_agent.reading_ids import device_reading_id
from edge_agent.wire import topics
from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.messages import (
    MAX_BACKLOG_BATCHES,
    MAX_LIVE_BATCHES,
    Batch,
    Device,
    Quantity,
    Reading,
)
from edge_agent.wire.topics import Channel, topic
from edge_agent.wire.vitals import Vital

OBSERVATIONS = 3
"""Of one cuff reading: systolic, diastolic, pulse."""
EPOCH = 1
PATIENCE_S = 120
KNOCK_EVERY_S = 0.3


class NotAnswered(Exception):
    """A hub's batches were not all stored."""


class NotMeasured(Exception):
    """Cuffs were asked for readings of the future."""


@dataclass(frozen=True)
class PackedBatch:
    """One message: what is published."""

    payload: bytes
    batch_id: UUID
    first: int
    count: int


class Cuffs:
    """Readings in turn of each of the cuffs, `every` `every`."""

    def __init__(self, names: Sequence[str], began_at: datetime, every: timedelta, now: datetime) -> None:
        self._readings = _readings(names, began_at, every, now)

    def take(self, number: int) -> list[Reading]:
        """The next ones. Raises NotMeasured where time has not come so far."""
        taken = list(islice(self._readings, number))
        if len(taken) < number:
            raise NotMeasured(f"{number - len(taken)} readings too many for the time there was")
        return taken


@dataclass
class _Sent:
    """A message that waits for its receipt: since when, and when it was sent last."""

    parcel: PackedBatch
    since: float
    last: float


class LoadHub:
    """One hub's connection; open within `async with`. Positions go on from one load to the next."""

    def __init__(self, name: str, broker: Broker) -> None:
        self._news = asyncio.Event()
        will = (topic(name, Channel.STATUS), b'{"online":false}')
        self._connection = Connection(name, broker, will, self._news)
        self._name = name
        self._receipts = topic(name, Channel.RECEIPTS)
        self._next = 1

    async def __aenter__(self) -> Self:
        await self._connection.__aenter__()
        self._connection.subscribe(self._receipts)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connection.__aexit__(None, None, None)

    def pack(self, readings: Sequence[Reading], size: int) -> list[PackedBatch]:
        """Messages of `size` readings each."""
        parcels = []
        for start in range(0, len(readings), size):
            some = tuple(readings[start : start + size])
            payload = Batch(readings=some).model_dump_json(exclude_defaults=True).encode()
            parcels.append(PackedBatch(payload, uuid4(), self._next, len(some)))
            self._next += len(some)
        return parcels

    async def knock(self, reading: Reading) -> None:
        """Returns when somebody listens: `reading` is sent, as often as need be, until it has its receipt."""
        await self.send(self.pack([reading], 1), again_after_s=KNOCK_EVERY_S)

    async def send(
        self,
        parcels: Sequence[PackedBatch],
        *,
        every_s: float = 0,
        again_after_s: float | None = None,
        channel: Channel = Channel.READINGS,
    ) -> list[float]:
        """Publish all, as fast as the window lets or one `every_s`; seconds to the receipt of each.

        `again_after_s`: what has no receipt by then is sent again. Raises NotAnswered if one was refused.
        """
        window = MAX_BACKLOG_BATCHES if channel is Channel.BACKLOG else MAX_LIVE_BATCHES
        sent: dict[str, _Sent] = {}
        taken: list[float] = []
        began = time.perf_counter()
        number = 0
        async with asyncio.timeout(PATIENCE_S):
            while number < len(parcels) or sent:
                while number < len(parcels) and len(sent) < window:
                    now = time.perf_counter()
                    due = began + every_s * number if every_s else now
                    if due > now:
                        break
                    parcel = parcels[number]
                    number += 1
                    sent[str(parcel.batch_id)] = _Sent(parcel, due, now)
                    self._publish(parcel, channel)
                await self._receive(sent, taken, every_s or again_after_s)
                if again_after_s is not None:
                    self._publish_again(sent, again_after_s, channel)
        return taken

    def _publish(self, parcel: PackedBatch, channel: Channel) -> None:
        self._connection.publish(
            topic(self._name, channel),
            parcel.payload,
            correlation=parcel.batch_id.bytes,
            user={
                topics.EPOCH_PROPERTY: str(EPOCH),
                topics.FIRST_POSITION_PROPERTY: str(parcel.first),
                topics.COUNT_PROPERTY: str(parcel.count),
            },
        )

    def _publish_again(self, sent: Mapping[str, _Sent], after_s: float, channel: Channel) -> None:
        now = time.perf_counter()
        for each in sent.values():
            if now - each.last > after_s:
                each.last = now
                self._publish(each.parcel, channel)

    async def _receive(self, sent: dict[str, _Sent], taken: list[float], within_s: float | None) -> None:
        """Wait for news, at most until there is something to send."""
        try:
            async with asyncio.timeout(within_s):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()
        for event in self._connection.events():
            if isinstance(event, ConnectionClosed):
                raise NotAnswered(event.reason)
            if isinstance(event, MessageArrived):
                receipt = json.loads(event.payload)
                if (mine := sent.pop(receipt["batch_id"], None)) is None:
                    continue
                if len(receipt["stored"]) + len(receipt.get("before", ())) < mine.parcel.count:
                    raise NotAnswered("a batch was not stored whole")
                taken.append(time.perf_counter() - mine.since)


def _readings(names: Sequence[str], began_at: datetime, every: timedelta, now: datetime) -> Iterator[Reading]:
    devices = [Device(identifier=name, manufacturer="Hearthbeat", model="virtual cuff") for name in names]
    for number in range((now - began_at) // every):
        at = began_at + number * every
        for device in devices:
            yield _reading(device, at, now, number)


def _reading(device: Device, at: datetime, captured_at: datetime, number: int) -> Reading:
    """Of somebody whose pressure is as it should be, and at every fiftieth time is not."""
    systolic, diastolic, pulse = 118 + number % 12, 72 + number % 8, 60 + number % 20
    if not number % 50:
        systolic, diastolic = 185, 122
    raw = bytes((0x06, systolic, 0, diastolic, 0, 0, 0, number & 0xFF, number >> 8 & 0xFF, pulse, 0))
    clock = at.astimezone(UTC).replace(tzinfo=None)
    reading_id = device_reading_id(device.identifier, raw, sequence=None, device_clock=clock)
    return Reading(
        reading_id=reading_id or uuid4(),
        kind=ReadingKind.BLOOD_PRESSURE,
        device=device,
        values={
            Vital.SYSTOLIC_BP: Quantity(value=systolic, unit="mm[Hg]"),
            Vital.DIASTOLIC_BP: Quantity(value=diastolic, unit="mm[Hg]"),
            Vital.PULSE_RATE: Quantity(value=pulse, unit=Vital.PULSE_RATE.unit),
        },
        measured_at=at,
        captured_at=captured_at,
        device_clock=clock,
        clock_offset_s=0.0,
        raw=raw.hex(),
    )
