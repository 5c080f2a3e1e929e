"""How the tests fill in forms of the console, and what they read in its pages."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.gateway.web.clinic import Clinic


async def send(client: httpx.AsyncClient, path: str, expected: int, **fields: object) -> str:
    answer = await client.post(path, data=fields)
    assert answer.status_code == expected, answer.text
    return answer.headers.get("location", "") if expected == 303 else answer.text


async def page(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def faults(text: str) -> list[str]:
    return re.findall(r'class="fault" [^>]*>([^<]*)<', text)


async def rows(clinic: Clinic, query: str) -> list[tuple[Any, ...]]:
    found = await (await clinic.conn.execute(query.encode())).fetchall()
    await clinic.conn.commit()
    return found
