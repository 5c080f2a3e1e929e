"""What every request passes: no state changes from other sites, and headers that keep browsers strict."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_BODY = 65_536
"""Bytes; nothing that people or programs send here comes near it."""
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with `no-referrer` our own forms would send `Origin: null`
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")  # pages and answers hold health data
            await send(message)

        refusal = None if scope["method"] in SAFE_METHODS else _refusal(Headers(scope=scope))
        await (refusal or self._app)(scope, receive, send_guarded)


def _refusal(headers: Headers) -> JSONResponse | None:
    if not is_same_origin(headers):
        return _refuse(403, "cross-site", "Requests that change something come from this site only.")
    if "transfer-encoding" in headers:
        return _refuse(411, "length-required", "Say how long the body is: Content-Length.")
    if int(headers.get("content-length", "0")) > MAX_BODY:  # the server has checked that it is a number
        return _refuse(413, "too-large", f"At most {MAX_BODY} bytes are read.")
    return None


def _refuse(status: int, error: str, detail: str) -> JSONResponse:
    return JSONResponse({"error": error, "detail": detail}, status)


def is_same_origin(headers: Headers) -> bool:
    """Whether a browser says that its own page asks; programs send neither header, and no cookie unasked."""
    if (site := headers.get("sec-fetch-site")) is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")
