"""Readings as a hub makes them, for tests that need some."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.messages import Device, Quantity, Reading
from edge_agent.wire.vitals import Vital

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SCALE = Device(identifier="AA:BB:CC:00:00:01", manufacturer="Acme", model="S1")


def weight(
    kg: float = 80.0, *, captured_at: datetime = NOON, reading_id: UUID | None = None, raw: str = "00803e"
) -> Reading:
    return Reading(
        reading_id=reading_id or uuid4(),
        kind=ReadingKind.BODY_WEIGHT,
        device=SCALE,
        values={Vital.BODY_WEIGHT: Quantity(value=kg, unit="kg")},
        measured_at=captured_at,
        captured_at=captured_at,
        raw=raw,
    )
