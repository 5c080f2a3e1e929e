"""Creating once, however often it is asked for under one Idempotency-Key, or sent by one form.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
A form that creates has a hidden field, new on each page: pressed twice, it sends the same content twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from pydantic import TypeAdapter

from gateway.database.connection import Connection
from gateway.staff import idempotency
from gateway.staff.sessions import Staff
from gateway.web.guard.context import Conn, Now, SignedIn

T = TypeVar("T")
FIELD = "once"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern="^[!-~]{1,100}$",
        description="of your choice; within a day the same request under it creates nothing more",
    ),
]


@dataclass(frozen=True)
class _Once:
    conn: Connection
    staff: Staff
    key: str | None
    digest: bytes
    now: datetime

    async def __call__(
        self, kind: type[T], create: Callable[[], Awaitable[T]], *, unstored: str | None = None
    ) -> T:
        """What `create` makes, or what it made before. Raises KeyReused.

        `unstored` names a secret of it that is shown once: asked again, it is None.
        """
        if self.key is None:
            return await create()
        before = await idempotency.reserve(self.conn, self.staff, self.key, self.digest, self.now)
        if before is not None:
            return TypeAdapter(kind).validate_json(before)
        created = await create()
        answer = TypeAdapter(kind).dump_json(created, exclude={unstored} if unstored else None).decode()
        await idempotency.keep(self.conn, self.staff, self.key, answer)
        return created


async def _once(request: Request, conn: Conn, staff: SignedIn, now: Now, key: Key = None) -> _Once:
    asked = hashlib.sha256(f"{request.method} {request.url.path}\n".encode())
    if request.headers.get("content-type", "").startswith(_FORMS):
        typed = await request.form()
        asked.update(repr(typed.multi_items()).encode())
        key = f"form:{asked.hexdigest()}" if FIELD in typed else None  # what is typed otherwise is meant anew
    elif key is not None:
        asked.update(await request.body())
    return _Once(conn, staff, key, asked.digest(), now)


Once = Annotated[_Once, Depends(_once)]
"""For an endpoint that creates: `return await once(Kind, create)`, all in its one transaction."""
