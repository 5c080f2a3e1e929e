"""The API's own description holds: whatever is sent, the answer is one that it names, no fault of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote
from zlib import crc32

import httpx
from fastapi import FastAPI

from gateway.web.guard.errors import Problem
from tests.gateway.web import openapi
from tests.gateway.web.clinic import Clinic
from tests.gateway.web.conftest import SignIn

T = TypeVar("T")
STRANGE = (
    "1",
    "0",
    "-1",
    "2147483648",
    "9" * 30,
    "a",
    "مريم",
    "<b>",
    "'; --",
    "null",
    "2026-03-01",
    "1e400",
    "",
)
VALUES: Sequence[object] = (
    *STRANGE,
    None,
    True,
    1,
    0,
    -1,
    2**40,
    1.5,
    [],
    ["x"],
    {},
    {"a": 1},
    "2026-03-01T00:00:00Z",
    "x" * 9000,
)
ROUNDS = 6
ENDS_THE_SESSION = {"/api/session", "/api/me/password"}


class Operation(NamedTuple):
    """One of the description: where, how, what it takes, and what it says that it answers."""

    method: str
    path: str
    parameters: list[dict[str, Any]]
    fields: list[str]
    answers: set[str]


def operations(described: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
            fields = list(described["components"]["schemas"].get(name, {}).get("properties", {}))
            yield Operation(
                method, path, operation.get("parameters", []), fields, set(operation["responses"])
            )


def test_the_description_is_the_one_that_is_kept() -> None:
    """Programs rely on it. A change that is wanted: `python -m tests.gateway.web.openapi`."""
    assert openapi.described() == openapi.KEPT.read_text(encoding="utf-8")


async def test_whatever_is_sent_is_answered_as_described(
    app: FastAPI, sign_in: SignIn, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    await clinic.add_task(await clinic.add_patient())
    wrong: list[str] = []
    asked = 0
    for operation in operations(app.openapi()):
        if operation.path.startswith("/api/") and operation.path not in ENDS_THE_SESSION:
            for number in range(ROUNDS):
                wrong += complaints(operation, await ask(adam, operation, number))
                asked += 1
    assert wrong == []
    assert asked > 40 * ROUNDS


async def ask(client: httpx.AsyncClient, operation: Operation, number: int) -> httpx.Response:
    """Ask with something strange in every part; the same in each run."""
    path, query = operation.path, dict[str, str]()
    for parameter in operation.parameters:
        name = parameter["name"]
        value = pick(STRANGE, operation.path, name, number)
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", quote(value or "1", safe=""))
        elif parameter["in"] == "query" and pick((True, False), name, number):
            query[name] = value
    body = {
        name: pick(VALUES, operation.path, name, number)
        for name in operation.fields
        if pick((True, True, False), name, number)
    }
    sent = pick((body, body, body, [], "x"), operation.path, number)
    json = None if operation.method == "get" else sent
    return await client.request(operation.method, path, params=query, json=json)


def pick(options: Sequence[T], *about: object) -> T:
    """One of the options, by chance as far as anybody can see."""
    return options[crc32(repr(about).encode()) % len(options)]


def complaints(operation: Operation, answer: httpx.Response) -> list[str]:
    """What is wrong with an answer, if anything is."""
    said = f"{operation.method} {answer.request.url}: {answer.status_code}"
    if str(answer.status_code) not in operation.answers:
        return [f"{said} is not described"]
    if answer.is_error:
        Problem.model_validate_json(answer.content)
    return []
