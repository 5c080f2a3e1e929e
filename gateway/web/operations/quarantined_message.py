"""A message in quarantine as it is looked at: its bytes, and what was done about it."""

from __future__ import annotations

from base64 import b64encode
from typing import Literal

from pydantic import BaseModel

from gateway.database.connection import Connection
from gateway.ingest import quarantine
from gateway.ingest.quarantine import Quarantined, QuarantineStep
from gateway.staff.sessions import Staff


class QuarantinedDetails(BaseModel):
    """A message with its bytes, as text where they are UTF-8, and what was done about it."""

    message: Quarantined
    encoding: Literal["text", "base64"]
    payload: str
    steps: list[QuarantineStep]


async def get(conn: Connection, staff: Staff, quarantine_id: int) -> QuarantinedDetails:
    """One message. Raises UnknownMessage."""
    stored = await quarantine.get(conn, staff, quarantine_id)
    encoding: Literal["text", "base64"] = "text"
    try:
        payload = stored.payload.decode()
    except UnicodeDecodeError:
        encoding, payload = "base64", b64encode(stored.payload).decode()
    steps = await quarantine.steps(conn, quarantine_id)
    return QuarantinedDetails(message=stored.message, encoding=encoding, payload=payload, steps=steps)
