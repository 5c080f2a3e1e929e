"""Hubs, patients and assignments made over the HTTP API, as an administrator makes them."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Self

import httpx
from pydantic import BaseModel, ConfigDict

TIMEOUT_S = 30


class ApiError(Exception):
    """The gateway refused a request. `code` is its word for the reason."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{detail} ({status}, {code})")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class SignIn:
    """Who signs in, and with what."""

    user: str
    password: str = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """From the file that `hearthbeat init` writes. Raises OSError, KeyError or ValueError."""
        content = tomllib.loads(path.read_text())
        return cls(user=content["user"], password=content["password"])


@dataclass(frozen=True)
class NewPatient:
    """A patient as the API takes one. Everybody here is invented."""

    identifier: str
    family_name: str
    given_name: str
    birth_date: date
    time_zone: str
    programmes: Sequence[str]


@dataclass(frozen=True)
class Profile:
    """What a care team has to know when it calls a patient, as the API takes it."""

    second_identifier: str = ""
    phone: str = ""
    language: str = ""
    emergency_contact: str = ""
    emergency_phone: str = ""
    address: str = ""
    risk_medications: Sequence[str] | None = None


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class RaisedTask(_Answer):
    """A task and the rule that raised it."""

    task_id: int
    rule_id: str


class _Credentials(_Answer):
    name: str
    password: str


class _Patient(_Answer):
    patient_id: int


class _Page(_Answer):
    items: tuple[dict[str, object], ...]
    next: str | None = None


class _Waiting(_Answer):
    due: int


class _Refusal(_Answer):
    error: str
    detail: str


OFFICE_HOURS = {
    "time_zone": "Europe/Berlin",
    "hours": [{"weekday": weekday, "opens": "08:00", "closes": "17:00"} for weekday in range(1, 6)],
    "accepting": "Simulated patients: nobody has to be there at night.",
}


class Administrator:
    """Somebody who is signed in."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def enrol_hub(self, name: str) -> str | None:
        """The password of a new hub; None if there is a hub of this name."""
        answer = await self._post_unless_there("/api/hubs", {"name": name})
        return _Credentials.model_validate_json(answer.content).password if answer else None

    async def renew_hub_password(self, name: str) -> str:
        """A new password for a hub; the old one is no longer taken."""
        answer = await self._post(f"/api/hubs/{name}/password", {})
        return _Credentials.model_validate_json(answer.content).password

    async def ensure_team_hours(self) -> None:
        """Say of each care team that has not said it when it is there: by day, on workdays."""
        answer = await self._client.get("/api/care-teams/plans")
        _check(answer)
        for team in _Page.model_validate_json(answer.content).items:
            if team["time_zone"] is None:
                path = f"/api/care-teams/{team['care_team_id']}/plan"
                _check(await self._client.put(path, json=OFFICE_HOURS))

    async def ensure_patient(self, patient: NewPatient) -> int:
        """The id of the patient with this identifier, made if there is none."""
        wanted = {**asdict(patient), "birth_date": patient.birth_date.isoformat()}
        answer = await self._post_unless_there("/api/patients", wanted)
        if answer is not None:
            return _Patient.model_validate_json(answer.content).patient_id
        found = await self._post("/api/patients/search", {"identifier": patient.identifier})
        return _Patient.model_validate(_Page.model_validate_json(found.content).items[0]).patient_id

    async def ensure_profile(self, patient_id: int, profile: Profile) -> None:
        """Enter the patient's profile unless there is one."""
        path = f"/api/patients/{patient_id}/profile"
        answer = await self._client.get(path)
        _check(answer)
        if answer.json() is None:
            _check(await self._client.put(path, json=asdict(profile)))

    async def assign(
        self, *, hub: str, device: str, user: int | None, patient_id: int, since: datetime
    ) -> bool:
        """Say whose a device's readings are, from `since` on; False if that is said for some of it."""
        wanted = {
            "hub": hub,
            "device_identifier": device,
            "user": user,
            "patient_id": patient_id,
            "since": since.isoformat(),
            "until": None,
        }
        return await self._post_unless_there("/api/assignments", wanted) is not None

    async def expect(self, patient_id: int, programme: str, vital: str, *, every_hours: float) -> None:
        """Say how often the patient measures a vital, from now on."""
        path = f"/api/patients/{patient_id}/schedule/{programme}/{vital}"
        _check(await self._client.put(path, json={"every_hours": every_hours}))

    async def pause(self, patient_id: int, kind: str, begins_at: datetime, ends_at: datetime) -> None:
        """Say that nobody expects the patient to measure for a while."""
        pause = {"kind": kind, "begins_at": begins_at.isoformat(), "ends_at": ends_at.isoformat()}
        await self._post(f"/api/patients/{patient_id}/pauses", pause)

    async def has_tasks(self) -> bool:
        """Whether anything is in the task list."""
        return bool(await self._get("/api/tasks"))

    async def tasks_of(self, patient_id: int) -> tuple[RaisedTask, ...]:
        """All tasks of a patient, open and closed."""
        found = await self._get("/api/tasks", patient_id=str(patient_id), status="all")
        return tuple(RaisedTask.model_validate(task) for task in found)

    async def due(self) -> int:
        """How much is stored and not judged yet."""
        answer = await self._client.get("/api/waiting")
        _check(answer)
        return _Waiting.model_validate_json(answer.content).due

    async def _get(self, path: str, **query: str) -> tuple[dict[str, object], ...]:
        """All of a list, page by page."""
        items: list[dict[str, object]] = []
        cursor: dict[str, str] = {}
        while True:
            answer = await self._client.get(path, params={**query, **cursor})
            _check(answer)
            page = _Page.model_validate_json(answer.content)
            items += page.items
            if page.next is None:
                return tuple(items)
            cursor = {"cursor": page.next}

    async def _post(self, path: str, body: object) -> httpx.Response:
        answer = await self._client.post(path, json=body)
        _check(answer)
        return answer

    async def _post_unless_there(self, path: str, body: object) -> httpx.Response | None:
        try:
            return await self._post(path, body)
        except ApiError as error:
            if error.status == HTTPStatus.CONFLICT:
                return None
            raise


@asynccontextmanager
async def administrator(address: str, sign_in: SignIn) -> AsyncIterator[Administrator]:
    """Somebody signed in to the gateway at `address` (http://HOST:PORT). Raises ApiError if refused."""
    async with httpx.AsyncClient(base_url=address, timeout=TIMEOUT_S, trust_env=False) as client:
        _check(
            await client.post("/api/session", json={"username": sign_in.user, "password": sign_in.password})
        )
        signed_in = Administrator(client)
        await signed_in.ensure_team_hours()
        yield signed_in


def _check(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    try:
        refusal = _Refusal.model_validate_json(answer.content)
    except ValueError:
        refusal = _Refusal(
            error="unexpected", detail=f"{answer.request.url.path} answered {answer.reason_phrase}"
        )
    raise ApiError(answer.status_code, refusal.error, refusal.detail)
