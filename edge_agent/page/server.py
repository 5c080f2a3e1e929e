"""The few lines of HTTP that one page needs: read, answer, close. Nothing can be changed through it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, tzinfo
from functools import partial
from http import HTTPStatus
from importlib.resources import files
from ipaddress import ip_address
from typing import Final

from edge_agent.outbox import Outbox
from edge_agent.page.content import PageContent, render
from edge_agent.page.schedule import LOOK_BACK, due_today
from edge_agent.publisher import HubHealth
from edge_agent.settings import DueMeasurement, PageSettings

logger = logging.getLogger(__name__)

LONGEST_REQUEST: Final = 8192
PATIENCE_S: Final = 10.0
STYLE: Final = files(__package__).joinpath("page.css").read_bytes()
HEADERS: Final = (
    "Cache-Control: no-store",  # the values stay on this box
    "Connection: close",
    "Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
)


class Page:
    """What the page says whenever it is asked for."""

    def __init__(
        self,
        outbox: Outbox,
        health: Callable[[], HubHealth],
        zone: tzinfo,
        schedule: Sequence[DueMeasurement],
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._outbox = outbox
        self._health = health
        self._zone = zone
        self._schedule = schedule
        self._now = now

    def html(self) -> str:
        outbox, now = self._outbox, self._now()
        due = due_today(self._schedule, outbox.captured_since(now - LOOK_BACK), now, self._zone)
        care = outbox.care.load()
        teams = care.teams if care else ()
        return render(
            PageContent(outbox.latest(), outbox.counts(), self._health(), due, teams, now, self._zone)
        )


@asynccontextmanager
async def open_page(page: Page, settings: PageSettings) -> AsyncIterator[None]:
    """Show the page. Where its address cannot be had, the hub does its work without it."""
    if settings.port == 0:
        yield
        return
    serve = partial(_serve, page)
    try:
        server = await asyncio.start_server(serve, settings.address, settings.port, limit=LONGEST_REQUEST)
    except OSError as error:
        logger.warning("no_page address=%s port=%d reason=%r", settings.address, settings.port, str(error))
        yield
        return
    async with server:
        logger.info("page_shown address=%s port=%d", settings.address, settings.port)
        yield


async def _serve(page: Page, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            request = await reader.readuntil(b"\r\n\r\n")
            writer.write(_answer(page, request.decode("latin-1")))
            await writer.drain()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # whoever asked has gone, or asks for something else than a page
    finally:
        writer.close()


def _answer(page: Page, request: str) -> bytes:
    line, *headers = request.split("\r\n")
    method, _, rest = line.partition(" ")
    path = rest.partition(" ")[0].partition("?")[0]
    named = {
        name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in headers)
    }
    if not _is_of_this_home(named.get("host", "")):
        return _response(HTTPStatus.MISDIRECTED_REQUEST)
    if method not in ("GET", "HEAD"):
        return _response(HTTPStatus.METHOD_NOT_ALLOWED, extra="Allow: GET, HEAD")
    match path:
        case "/":
            answer = _response(HTTPStatus.OK, page.html().encode(), "text/html; charset=utf-8")
        case "/page.css":
            answer = _response(HTTPStatus.OK, STYLE, "text/css; charset=utf-8")
        case _:
            answer = _response(HTTPStatus.NOT_FOUND)
    return answer if method == "GET" else answer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


def _is_of_this_home(host: str) -> bool:
    """Whether `host` is an address or a name that only a home knows.

    A site on the internet could let its own name point here, and have a browser in this home read the page.
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return bool(name) and ("." not in name or name.lower().endswith(".local"))
    return True


def _response(
    status: HTTPStatus, body: bytes | None = None, kind: str = "text/plain; charset=utf-8", extra: str = ""
) -> bytes:
    content = status.phrase.encode() if body is None else body
    head = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        *HEADERS,
        *([extra] if extra else []),
        f"Content-Type: {kind}",
        f"Content-Length: {len(content)}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + content
