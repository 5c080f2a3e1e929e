"""An organisation with two care teams, as the web tests need it: staff with a password, patients, tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from psycopg import AsyncConnection

from gateway.hubs import hubs
from gateway.patients import assignments, patients
from gateway.patients.assignments import NewAssignment
from gateway.staff import organisations
from gateway.staff.passwords import hash_password
from gateway.staff.permissions import Role
from gateway.staff.sessions import Staff

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
HUB = "home-1"

_conditions = count(1)
_ROUND_THE_CLOCK = """
WITH planned AS (
    INSERT INTO team_plan (care_team_id, organisation_id, time_zone)
    SELECT care_team_id, organisation_id, 'Europe/Berlin' FROM care_team
    ON CONFLICT DO NOTHING
    RETURNING care_team_id
)
INSERT INTO team_hours SELECT care_team_id, weekday, 0, 1440 FROM planned, generate_series(1, 7) AS weekday
"""
_ADD_TASK = """
WITH e AS (
    INSERT INTO episode (organisation_id, patient_id, condition, number, opened_at)
    VALUES (%(organisation_id)s, %(patient_id)s, %(condition)s, 1, %(measured_at)s) RETURNING episode_id
), t AS (
    INSERT INTO task (organisation_id, patient_id, episode_id, condition, rule_id, rule_version, rule_source,
        title, reason, steps, priority, status, measured_at, raised_at)
    SELECT %(organisation_id)s, %(patient_id)s, episode_id, %(condition)s, 'severe-high', '1',
        'A guideline, 2025', %(title)s, %(reason)s, ARRAY['Call the patient', 'Ask for a repeat'],
        %(priority)s, 'ready',
        %(measured_at)s, %(raised_at)s FROM e
    RETURNING task_id
)
INSERT INTO task_transition (organisation_id, task_id, at, to_status)
SELECT %(organisation_id)s, task_id, %(raised_at)s, 'ready' FROM t RETURNING task_id
"""


@dataclass
class Clinic:
    """`ann` and `ben` are nurses of one team, `cleo` of the other; `adam` administrates."""

    conn: AsyncConnection
    organisation_id: int
    north: int
    south: int
    staff: dict[str, Staff]

    @classmethod
    async def open(cls, conn: AsyncConnection, name: str = "Clinic") -> Clinic:
        organisation_id = await organisations.add_organisation(conn, name)
        assert organisation_id is not None
        north = await organisations.add_care_team(conn, organisation_id, "North")
        south = await organisations.add_care_team(conn, organisation_id, "South")
        clinic = cls(conn, organisation_id, north, south, {})
        password_hash = await hash_password(PASSWORD)
        for username, role, team in (
            ("ann", Role.NURSE, north),
            ("ben", Role.NURSE, north),
            ("cleo", Role.NURSE, south),
            ("adam", Role.ADMINISTRATOR, north),
        ):
            await clinic.hire(username, role, team, password_hash)
        await conn.execute(_ROUND_THE_CLOCK)
        await conn.commit()
        return clinic

    @classmethod
    async def open_other(cls, conn: AsyncConnection) -> Clinic:
        """Another organisation, with an administrator of its own."""
        organisation_id = await organisations.add_organisation(conn, "Other clinic")
        assert organisation_id is not None
        team = await organisations.add_care_team(conn, organisation_id, "Team")
        clinic = cls(conn, organisation_id, team, team, {})
        await clinic.hire("olga", Role.ADMINISTRATOR, team, "no password")
        clinic.staff["adam"] = clinic.staff["olga"]
        await conn.commit()
        return clinic

    async def hire(self, username: str, role: Role, team: int, password_hash: str) -> None:
        staff_id = await organisations.add_staff(
            self.conn,
            self.organisation_id,
            username=username,
            name=f"{username.capitalize()} Lee",
            role=role,
            password_hash=password_hash,
            care_team_ids=[team],
            now=NOW,
        )
        self.staff[username] = Staff(
            staff_id, self.organisation_id, username, f"{username.capitalize()} Lee", role
        )

    async def add_hub(self, name: str = HUB) -> None:
        await hubs.add(self.conn, self.organisation_id, name, "no password")
        await self.conn.commit()

    async def add_patient(
        self, identifier: str = "P-1", name: tuple[str, str] = ("Miller", "Grace"), team: int | None = None
    ) -> int:
        patient_id = await patients.add_patient(
            self.conn,
            self.staff["adam"],
            patients.NewPatient(
                identifier,
                *name,
                birth_date=date(1951, 5, 4),
                time_zone="Europe/Berlin",
                programmes=["hypertension", "diabetes"],
                care_team_id=team or self.north,
            ),
        )
        await self.conn.commit()
        return patient_id

    async def carry_device(self, patient_id: int, since: datetime, device: str = "cuff-1") -> None:
        """Give a device to a patient who lives with the hub."""
        new = NewAssignment(HUB, device, user=None, patient_id=patient_id, since=since, until=None)
        await assignments.assign(self.conn, self.staff["adam"], new, since)
        await self.conn.commit()

    async def add_task(
        self,
        patient_id: int,
        priority: str = "urgent",
        *,
        title: str = "Severe high blood pressure",
        reason: str = "Systolic 190 mmHg (above 180 mmHg)",
        measured_at: datetime = NOW - timedelta(minutes=12),
        raised_at: datetime = NOW - timedelta(minutes=10),
    ) -> int:
        """A task as the evaluator inserts it, notification included."""
        row = {
            "organisation_id": self.organisation_id,
            "patient_id": patient_id,
            "condition": f"condition-{next(_conditions)}",
            "title": title,
            "reason": reason,
            "priority": priority,
            "measured_at": measured_at,
            "raised_at": raised_at,
        }
        [(task_id,)] = await (await self.conn.execute(_ADD_TASK, row)).fetchall()
        await self.conn.execute("NOTIFY hearthbeat_tasks")
        await self.conn.commit()
        return int(task_id)
