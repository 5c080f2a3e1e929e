"""A clinic with one of everything that an address can name, and the question whether it still works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from edge_agent.wire.messages import Device
from gateway.evaluation.escalate import escalate_once, hold
from gateway.evaluation.evaluate import evaluate_once, sweeps
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.notifications.role import deliver_due
from gateway.operations import retention
from gateway.resources import Resources
from gateway.settings import SmtpSecurity, SmtpSettings
from gateway.staff.permissions import Role
from gateway.web.parts.form_redirects import LEADS_BACK
from gateway.web.patient_page.page import Part
from tests.gateway.ward import METER, glucose, message
from tests.gateway.web.clinic import HUB, NOW, Clinic
from tests.servers.mail_server import MailServer
from tests.servers.ports import LOOPBACK

DANGEROUS = 35.0
"""mg/dL: told whatever limits are set."""
ROUNDS = 30
_RULE = {"rule_id": "glucose-below-54", "vital": "blood_glucose"}
_READY = """
WITH by AS (
    SELECT organisation_id, staff_id FROM staff WHERE staff_id = %(staff_id)s
), task AS (
    UPDATE task SET status = 'accepted', owner_id = %(staff_id)s, offered_to_id = NULL, next_at = 'epoch',
        proposed_outcome = NULL, snoozed_until = NULL
    WHERE task_id = %(task_id)s RETURNING version
), right_again AS (
    UPDATE reading_correction SET withdrawn_at = %(now)s, withdrawn_by = %(staff_id)s
    WHERE withdrawn_at IS NULL
), enrolled AS (
    INSERT INTO enrolment (patient_id, organisation_id, programme)
    SELECT %(patient_id)s, organisation_id, 'diabetes' FROM by ON CONFLICT DO NOTHING
), absent AS (
    INSERT INTO pause (organisation_id, patient_id, kind, begins_at, set_by, set_at)
    SELECT organisation_id, %(patient_id)s, 'hospital', %(before)s, staff_id, %(now)s FROM by
    WHERE NOT EXISTS (SELECT FROM pause WHERE ends_at IS NULL) RETURNING pause_id
), waiting AS (
    INSERT INTO personal_limit (organisation_id, patient_id, rule_id, vital, value, why, until, set_by,
        set_at, needs_second)
    SELECT organisation_id, %(patient_id)s, 'glucose-below-54', 'blood_glucose', 50, 'why', %(after)s,
        %(other_id)s, %(now)s, true FROM by
    ON CONFLICT DO NOTHING
), refused AS (
    INSERT INTO quarantine (organisation_id, received_at, topic, reason, payload)
    SELECT organisation_id, %(now)s, 'hearthbeat/1/home-1/readings', 'not JSON', 'x' FROM by
    WHERE NOT EXISTS (SELECT FROM quarantine WHERE state = 'open') RETURNING quarantine_id
), news AS (
    INSERT INTO notification (organisation_id, key, kind, channel, staff_id, made_at, next_attempt_at, state,
        problem)
    SELECT organisation_id, gen_random_uuid()::text, 'task-raised', 'email', %(victim_id)s, %(now)s, %(now)s,
        'failed', 'the mail server refused' FROM by
    WHERE NOT EXISTS (SELECT FROM notification WHERE state = 'failed') RETURNING notification_id
)
SELECT (SELECT version FROM task),
    COALESCE((SELECT pause_id FROM absent), (SELECT max(pause_id) FROM pause WHERE ends_at IS NULL)),
    COALESCE((SELECT quarantine_id FROM refused),
        (SELECT max(quarantine_id) FROM quarantine WHERE state = 'open')),
    COALESCE((SELECT notification_id FROM news),
        (SELECT notification_id FROM notification WHERE state = 'failed' LIMIT 1)),
    (SELECT max(assignment_id) FROM assignment WHERE patient_id = %(patient_id)s),
    (SELECT max(reading_correction_id) FROM reading_correction),
    (SELECT max(personal_limit_id) FROM personal_limit WHERE ended_at IS NULL)
"""


@dataclass
class WholeClinic:
    """`patient_id` is asked about; nobody touches `witness_id`. Requests are of `asker`."""

    clinic: Clinic
    resources: Resources
    app: FastAPI
    patient_id: int
    witness_id: int
    task_id: int
    source_id: int
    tie: int
    numbers: count[int]

    @classmethod
    async def open(cls, clinic: Clinic, resources: Resources, app: FastAPI, mail: MailServer) -> WholeClinic:
        for name, role in (("doc", Role.CLINICIAN), ("second", Role.CLINICIAN), ("vic", Role.NURSE)):
            [(kept,)] = await (
                await clinic.conn.execute("SELECT password_hash FROM staff WHERE username = 'ann'")
            ).fetchall()
            await clinic.hire(name, role, clinic.north, kept)
        await clinic.add_hub()
        patient_id, witness_id = (
            await clinic.add_patient(),
            await clinic.add_patient("P-2", ("Stone", "Mary")),
        )
        await clinic.carry_device(patient_id, NOW - timedelta(days=30), METER.identifier)
        await clinic.carry_device(witness_id, NOW - timedelta(days=30), "witness")
        measured = NOW - timedelta(hours=3)
        await store_batch(resources.pool, Registry(), [message(glucose(90.0, measured), hub=HUB)], NOW)
        [(source_id, tie)] = await (
            await clinic.conn.execute("SELECT source_id, tie FROM reading WHERE measured_at = %s", [measured])
        ).fetchall()
        smtp = SmtpSettings(LOOPBACK, mail.port, SmtpSecurity.NONE, "hearthbeat@clinic.example")
        resources = replace(resources, settings=replace(resources.settings, smtp=smtp))
        task_id = await clinic.add_task(patient_id)
        return cls(clinic, resources, app, patient_id, witness_id, task_id, source_id, tie, count(1))

    async def known(self, asker: str) -> dict[str, Any]:
        """What there is, by the names of fields and parts of addresses; put right again for `asker`."""
        clinic, number = self.clinic, next(self.numbers)
        staff, new = clinic.staff, f"ends-{number}"
        row = {
            "task_id": self.task_id,
            "patient_id": self.patient_id,
            "staff_id": staff[asker].staff_id,
            "other_id": staff["second"].staff_id,
            "victim_id": staff["vic"].staff_id,
            "now": NOW,
            "before": NOW - timedelta(days=1),
            "after": NOW + timedelta(days=30),
        }
        found = await (await clinic.conn.execute(_READY.encode(), row)).fetchall()
        await clinic.conn.commit()
        [(version, pause_id, quarantine_id, notification_id, assignment_id, correction_id, limit_id)] = found
        return {
            **_RULE,
            "identifier": new, "device_identifier": new, "username": new, "name": new, "hub": HUB,
            "since": (NOW - timedelta(hours=2)).isoformat(), "birth_date": "1951-05-04",
            "begins_at": NOW.isoformat(),
            "ends_at": (NOW + timedelta(days=3)).isoformat(),
            "until": (NOW + timedelta(minutes=30)).isoformat(),
            "taken_at": (NOW - timedelta(hours=4)).isoformat(),
            "measured_at": (NOW - timedelta(hours=3)).isoformat(), "tie": self.tie,
            "time_zone": "Europe/Berlin", "programmes": [], "programme": "diabetes",
            "care_team_ids": [clinic.north],
            "requirement": "not-pregnant", "email": "ann@example.org", "role": "nurse",
            "hours": [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)],
            "patient_id": self.patient_id, "source_id": self.source_id, "task_id": self.task_id,
            "version": version,
            "staff_id": staff["vic"].staff_id, "to_id": staff["ann"].staff_id, "care_team_id": clinic.north,
            "offered_to_id": staff["ann"].staff_id, "backup_id": None, "lead_id": None, "user": None,
            "pause_id": pause_id, "quarantine_id": quarantine_id, "notification_id": str(notification_id),
            "assignment_id": assignment_id or 1, "reading_correction_id": correction_id or 1,
            "limit_id": limit_id, "every_hours": 24, "value": 60, "step": "claim", "outcome": "advice-given",
            "visit_id": "00000000-0000-4000-8000-000000000001", "cursor": None,
        }  # fmt: skip

    async def works(self, client: httpx.AsyncClient, mail: MailServer) -> None:
        """Every role does a round, a dangerous reading becomes a task for each patient, every page opens."""
        assert mail.port
        readings = []
        for patient_id in (self.patient_id, self.witness_id):
            device = Device(identifier=f"last-{patient_id}")
            await client.put(f"/api/patients/{patient_id}/programmes/diabetes", json={})
            body = {
                "hub": HUB, "device_identifier": device.identifier, "user": None, "patient_id": patient_id,
                "since": (NOW - timedelta(days=1)).isoformat(),
            }  # fmt: skip
            given = await client.post("/api/assignments", json=body)
            assert given.status_code == 201, given.text
            readings.append(glucose(DANGEROUS, NOW - timedelta(minutes=5), device=device))
        [(_, receipt)] = await store_batch(
            self.resources.pool, Registry(), [message(*readings, hub=HUB, now=NOW)], NOW
        )
        assert len(receipt.stored) == len(readings)
        await self._roles(NOW + timedelta(minutes=1))
        found = await self.clinic.conn.execute(
            "SELECT patient_id FROM evidence WHERE measured_at = %s ORDER BY 1",
            [NOW - timedelta(minutes=5)],
        )
        assert {each for (each,) in await found.fetchall()} >= {self.patient_id, self.witness_id}
        await self.clinic.conn.commit()
        closed = await self.closed_pages(client)
        assert not closed, "\n".join(closed)

    async def _roles(self, now: datetime) -> None:
        pool, rules = self.resources.pool, self.resources.rule_sets
        for chore in sweeps(pool, rules):
            await chore.work(now)
        for _ in range(ROUNDS):
            if not await evaluate_once(pool, rules, now):
                break
        number = await hold(pool, None, now)
        assert number is not None
        for _ in range(ROUNDS):
            if not await escalate_once(pool, number, now):
                break
        async with httpx.AsyncClient(trust_env=False) as outside:
            for _ in range(ROUNDS):
                if not await deliver_due(pool, self.resources.settings, outside, now):
                    break
        await retention.remove_raw(pool, now - timedelta(days=90))
        aside = await self.clinic.conn.execute("SELECT role, kind, reason FROM set_aside")
        assert await aside.fetchall() == []  # no role met anything that it could not work on
        await self.clinic.conn.commit()

    async def addresses(self) -> list[str]:
        """Of every page and of everything that the API answers, for either patient."""
        return addresses(self.app, await self.known("adam"), (self.patient_id, self.witness_id))

    async def closed_pages(self, client: httpx.AsyncClient) -> list[str]:
        """Those that do not open."""
        closed = []
        since = (NOW - timedelta(days=30)).isoformat()
        for address in await self.addresses():
            query = {"since": since} if address.endswith("/visits") else {}
            answer = await client.get(address, params=query)
            if answer.status_code != httpx.codes.OK:
                closed.append(f"{address}: {answer.status_code} {answer.text[:200]}")
        return closed


def addresses(app: FastAPI, known: Mapping[str, Any], patient_ids: Sequence[int]) -> list[str]:
    """Of all that can be got, for each patient; `known` are the parts of addresses."""
    found: dict[str, None] = {}
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        if "GET" not in (route.methods or ()) or path in {"/events", "/sign-in"} or route.name == LEADS_BACK:
            continue
        is_part = path == "/patients/{patient_id}/{name}"
        for name in [part.value.name for part in Part] if is_part else [HUB]:
            for patient_id in patient_ids:
                found[path.format_map({**known, "name": name, "patient_id": patient_id})] = None
    return list(found)
