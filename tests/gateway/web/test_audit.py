"""Who looked at whose data: every page and every call leaves its trace, which nobody can change."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from psycopg.errors import InsufficientPrivilege

from gateway.web.guard import audit, context
from gateway.web.parts.form_redirects import LEADS_BACK
from tests.gateway.web.clinic import Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import items

OF_NO_PATIENT = {
    "/account",
    "/api/care-teams",
    "/api/care-teams/plans",
    "/api/hubs",
    "/api/me",
    "/api/me/password",
    "/api/notifications/in-trouble",
    "/api/quarantine",
    "/api/session",
    "/api/sources",
    "/api/staff",
    "/api/terms",
    "/api/tasks/counts",
    "/api/waiting",
    "/attention",
    "/banner",
    "/docs",
    "/events",
    "/livez",
    "/metrics",
    "/readyz",
    "/setup",
    "/setup/deliveries",
    "/setup/devices",
    "/setup/devices/assign",
    "/setup/hubs",
    "/setup/patients/new",
    "/setup/quarantine",
    "/setup/set-aside",
    "/setup/staff",
    "/setup/staff/new",
    "/setup/staff/teams",
    "/setup/teams",
    "/sign-in",
    "/sign-out",
}
"""Whose answers hold nothing of a patient. A new one is to be thought about before it stands here."""
OF_OTHER_THINGS = {"name", "care_team_id", "notification_id"}
"""Parts of paths that name no patient."""


async def trace(clinic: Clinic) -> list[tuple[Any, ...]]:
    """Everything recorded so far: who, how, what, whose, and how it ended."""
    rows = await clinic.conn.execute(
        "SELECT username, method, path, patient_ids, outcome FROM access JOIN staff USING (staff_id)"
        " ORDER BY access_id"
    )
    found = await rows.fetchall()
    await clinic.conn.commit()
    return found


def dependencies(dependant: Dependant) -> set[object]:
    """All that an endpoint asks for, directly or not."""
    return {dependant.call}.union(*(dependencies(each) for each in dependant.dependencies))


def test_every_route_with_a_patient_is_recorded(app: FastAPI) -> None:
    """A route names patients in its path, or adds them to `Seen`, or has nothing to do with any."""
    recorded: list[str] = []
    unrecorded: list[str] = []
    for route in iter_route_contexts(app.routes):
        path = str(route.path)
        original = route.original_route
        if isinstance(original, APIRoute) and original.name != LEADS_BACK and path not in OF_NO_PATIENT:
            good = is_recorded(path, original.dependant)
            (recorded if good else unrecorded).append(path)
    assert "/api/patients/{patient_id}" in recorded
    assert unrecorded == []


def is_recorded(path: str, dependant: Dependant) -> bool:
    named = {part.strip("{}") for part in path.split("/") if part.startswith("{")}
    if named & {*audit.NAMES_PATIENTS, *audit.ALWAYS}:
        return context.signed_in in dependencies(dependant)
    return _adds_patients(dependant) or (bool(named) and named <= OF_OTHER_THINGS)


def _adds_patients(dependant: Dependant) -> bool:
    """Whether the endpoint, or one of its own dependencies beside the sign-in, takes `Seen`."""
    return any(
        each.call is context.patients_seen or (each.call is not context.signed_in and _adds_patients(each))
        for each in dependant.dependencies
    )


async def test_what_is_read_and_what_is_refused_leave_a_trace(sign_in: SignIn, clinic: Clinic) -> None:
    ann, cleo = await sign_in("ann"), await sign_in("cleo")
    grace = await clinic.add_patient()
    task = await clinic.add_task(grace)
    for path in (f"/api/patients/{grace}", f"/api/tasks/{task}", f"/tasks/{task}", "/api/tasks"):
        assert (await ann.get(path)).status_code == 200
    refusals = [f"/api/patients/{grace}", f"/api/patients/{grace}/readings", f"/tasks/{task}"]
    for path in refusals:
        assert (await cleo.get(path)).status_code == 404
    assert (await ann.get(f"/api/patients/{grace}/accesses")).status_code == 403
    assert (await ann.post("/api/patients/search", json={"identifier": "P-1"})).status_code == 200
    assert await trace(clinic) == [
        ("ann", "GET", f"/api/patients/{grace}", [grace], "done"),
        ("ann", "GET", f"/api/tasks/{task}", [grace], "done"),
        ("ann", "GET", f"/tasks/{task}", [grace], "done"),
        ("ann", "GET", "/api/tasks", [grace], "done"),
        ("cleo", "GET", f"/api/patients/{grace}", [grace], "unknown-patient"),
        ("cleo", "GET", f"/api/patients/{grace}/readings", [grace], "unknown-patient"),
        ("cleo", "GET", f"/tasks/{task}", [grace], "unknown-task"),
        ("ann", "GET", f"/api/patients/{grace}/accesses", [grace], "not-permitted"),
        ("ann", "POST", "/api/patients/search", [grace], "done"),
    ]


async def test_a_change_is_recorded_with_it_and_a_refused_one_alone(sign_in: SignIn, clinic: Clinic) -> None:
    ann, ben = await sign_in("ann"), await sign_in("ben")
    grace = await clinic.add_patient()
    task = await clinic.add_task(grace)
    assert (await ann.post(f"/api/tasks/{task}/claim", json={"version": 1})).status_code == 200
    assert (await ben.post(f"/api/tasks/{task}/claim", json={"version": 1})).status_code == 409
    assert (await ben.post(f"/api/tasks/{task}/claim", json={"version": "x"})).status_code == 422
    assert await trace(clinic) == [
        ("ann", "POST", f"/api/tasks/{task}/claim", [grace], "done"),
        ("ben", "POST", f"/api/tasks/{task}/claim", [grace], "task-already-taken"),
    ]


async def test_an_open_list_is_one_access_until_it_shows_somebody_else(
    sign_in: SignIn, clinic: Clinic
) -> None:
    ann = await sign_in("ann")
    assert (await ann.get("/")).status_code == 200  # shows nobody
    grace = await clinic.add_patient()
    await clinic.add_task(grace)
    for _ in range(3):
        await ann.get("/")
    paul = await clinic.add_patient("P-2")
    await clinic.add_task(paul)
    await ann.get("/")
    assert [patients for _, _, _, patients, _ in await trace(clinic)] == [[grace], [grace, paul]]


async def test_an_administrator_sees_who_looked(sign_in: SignIn, clinic: Clinic) -> None:
    ann, adam = await sign_in("ann"), await sign_in("adam")
    grace = await clinic.add_patient()
    for _ in range(3):
        await ann.get(f"/api/patients/{grace}")
    first = await items(adam, f"/api/patients/{grace}/accesses", limit=2)
    assert [(each["username"], each["outcome"]) for each in first] == [("ann", "done")] * 3
    again = await items(adam, f"/api/patients/{grace}/accesses", limit=2)
    assert "adam" in {each["username"] for each in again}  # to look at it is an access, too


async def test_nobody_changes_the_trace(sign_in: SignIn, clinic: Clinic) -> None:
    ann = await sign_in("ann")
    await ann.get(f"/api/patients/{await clinic.add_patient()}")
    for change in (b"UPDATE access SET outcome = ''", b"DELETE FROM access", b"TRUNCATE access"):
        with pytest.raises(InsufficientPrivilege):
            await clinic.conn.execute(change)
        await clinic.conn.rollback()
    assert len(await trace(clinic)) == 1
