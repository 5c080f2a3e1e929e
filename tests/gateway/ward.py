"""A small organisation for tests: one nurse, patients, one hub and what its devices measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from edge_agent.wire.codes import AbsentReason, ReadingKind
from edge_agent.wire.messages import Batch, BatchHeader, Device, Quantity, Reading
from edge_agent.wire.topics import Channel, topic
from edge_agent.wire.vitals import Vital
from gateway.hubs import hubs
from gateway.ingest.message import Message, UnreadableMessage, read_message
from gateway.patients import assignments, patients
from gateway.staff import organisations
from gateway.staff.permissions import Role
from gateway.staff.sessions import Staff

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
METER = Device(identifier="AA:BB:CC:00:00:02", manufacturer="Acme", model="G1")
SCALE = Device(identifier="AA:BB:CC:00:00:01", manufacturer="Acme", model="S1")
HUB = "home-1"
EPOCH = 7


@dataclass
class Ward:
    """What a test starts from."""

    conn: AsyncConnection
    nurse: Staff
    team_id: int

    @classmethod
    async def open(cls, conn: AsyncConnection) -> Ward:
        organisation_id = await organisations.add_organisation(conn, "Ward")
        assert organisation_id is not None
        team_id = await organisations.add_care_team(conn, organisation_id, "Team")
        staff_id = await organisations.add_staff(
            conn,
            organisation_id,
            username="nora",
            name="Nora",
            role=Role.ADMINISTRATOR,
            password_hash="no password",
            care_team_ids=[team_id],
            now=NOON,
        )
        await hubs.add(conn, organisation_id, HUB, "no password")
        await conn.commit()
        return cls(conn, Staff(staff_id, organisation_id, "nora", "Nora", Role.ADMINISTRATOR), team_id)

    async def set_team_hours(
        self, team_id: int, *, closes: int = 17 * 60, holidays: Sequence[date] = ()
    ) -> None:
        """The team is there on Mondays from 8:00, and not on the holidays."""
        await self.conn.execute(
            "INSERT INTO team_plan (care_team_id, organisation_id, time_zone)"
            " VALUES (%s, %s, 'Europe/Berlin')",
            [team_id, self.nurse.organisation_id],
        )
        await self.conn.execute("INSERT INTO team_hours VALUES (%s, 1, 480, %s)", [team_id, closes])
        for day in holidays:
            await self.conn.execute("INSERT INTO team_holiday VALUES (%s, %s)", [team_id, day])

    async def patient(self, identifier: str = "P1", *programmes: str) -> int:
        new = patients.NewPatient(
            identifier, "Doe", "Jo", date(1950, 1, 1), "Europe/Berlin", programmes or ("diabetes",)
        )
        patient_id = await patients.add_patient(self.conn, self.nurse, new)
        await self.conn.commit()
        return patient_id

    async def assign(
        self,
        patient_id: int,
        device: Device = METER,
        since: datetime = NOON - timedelta(days=400),
        until: datetime | None = None,
    ) -> None:
        new = assignments.NewAssignment(HUB, device.identifier, None, patient_id, since, until)
        await assignments.assign(self.conn, self.nurse, new, NOON)
        await self.conn.commit()

    async def count(self, table: str) -> int:
        counting = SQL("SELECT count(*) FROM {}").format(Identifier(table))
        rows = await (await self.conn.execute(counting)).fetchall()
        await self.conn.commit()
        return int(rows[0][0])


_numbers = count(1)


def new_reading_id() -> UUID:
    """A new one. Two at one moment are told apart by its first 16 bits, which chance could make the same."""
    return UUID(int=next(_numbers) % 2**16 << 112)


def glucose(
    value: float | AbsentReason,
    at: datetime = NOON,
    *,
    device: Device = METER,
    reading_id: UUID | None = None,
) -> Reading:
    return Reading(
        reading_id=reading_id or new_reading_id(),
        kind=ReadingKind.BLOOD_GLUCOSE,
        device=device,
        values={}
        if isinstance(value, AbsentReason)
        else {Vital.BLOOD_GLUCOSE: Quantity(value=value, unit="mg/dL")},
        absent={Vital.BLOOD_GLUCOSE: value} if isinstance(value, AbsentReason) else {},
        measured_at=at,
        captured_at=at,
        raw="00",
    )


def weight(kg: float, at: datetime = NOON) -> Reading:
    return Reading(
        reading_id=new_reading_id(),
        kind=ReadingKind.BODY_WEIGHT,
        device=SCALE,
        values={Vital.BODY_WEIGHT: Quantity(value=kg, unit="kg")},
        measured_at=at,
        captured_at=at,
        raw="00",
    )


_positions = count(1)


def message(
    *readings: Reading, first: int | None = None, hub: str = HUB, now: datetime | None = None
) -> Message:
    """The readings as one message, opened; positions go on from the last message unless `first` is given."""
    start = next(_positions) if first is None else first
    if first is None:
        for _ in readings[1:]:
            next(_positions)
    header = BatchHeader(batch_id=uuid4(), epoch=EPOCH, first_position=start, count=len(readings))
    payload = Batch(readings=readings).model_dump_json(exclude_defaults=True).encode()
    latest = max(reading.captured_at for reading in readings)
    opened = deliver(payload, header, hub=hub, now=now or latest)
    assert isinstance(opened, Message)
    return opened


def deliver(
    payload: bytes, header: BatchHeader, *, hub: str = HUB, now: datetime = NOON
) -> Message | UnreadableMessage:
    properties = {
        "epoch": str(header.epoch),
        "first-position": str(header.first_position),
        "count": str(header.count),
    }
    return read_message(topic(hub, Channel.READINGS), payload, header.batch_id.bytes, properties, now)
