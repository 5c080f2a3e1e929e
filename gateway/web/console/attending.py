"""What needs somebody beside the task list, as the page shows it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.store.assignments import Source
from gateway.store.attention import ReasonCount, Waiting
from gateway.store.hubs import Presence
from gateway.web.console.views import Attention, HubLine, SourceLine
from gateway.web.console.words import age, counted, moment

SHOWN = 6
"""Lines of a kind in the panel; the rest is counted."""


@dataclass(frozen=True)
class Operations:
    """What the store says about the organisation."""

    waiting: Waiting
    sources: Sequence[Source]  # with readings of nobody
    reasons: Sequence[ReasonCount]
    hubs: Presence


def attention(operations: Operations, now: datetime) -> Attention:
    """All of it; what is None or empty needs nobody."""
    due, sources, hubs = operations.waiting.due, operations.sources, operations.hubs
    messages = sum(each.messages for each in operations.reasons)
    readings = sum(each.unassigned_readings for each in sources)
    return Attention(
        waiting=counted(due, "upload waits", "uploads wait") + " to be judged" if due else None,
        sources_count=(
            f"{counted(readings, 'reading', 'readings')} from {counted(len(sources), 'source', 'sources')}"
            if sources
            else None
        ),
        sources=[_source(each, now) for each in sources[:SHOWN]],
        more_sources=max(0, len(sources) - SHOWN),
        quarantine_count=counted(messages, "message", "messages") if messages else None,
        reasons=[(each.reason, f"{each.messages:,}") for each in operations.reasons[:SHOWN]],
        more_reasons=max(0, len(operations.reasons) - SHOWN),
        hubs_count=f"{hubs.hubs - len(hubs.away)} of {counted(hubs.hubs, 'hub', 'hubs')} online",
        hubs_away=[_hub(name, status_at, now) for name, status_at in hubs.away[:SHOWN]],
        more_hubs=max(0, len(hubs.away) - SHOWN),
        checked=moment(now, "UTC", now),
    )


def _source(source: Source, now: datetime) -> SourceLine:
    return SourceLine(
        device=source.device_identifier,
        model=source.model or "unknown model",
        slot="" if source.user is None else f"user {source.user}",
        readings=counted(source.unassigned_readings, "reading", "readings"),
        last="" if source.last_measured_at is None else age(source.last_measured_at, now),
    )


def _hub(name: str, status_at: datetime | None, now: datetime) -> HubLine:
    if status_at is None:
        return HubLine(name, "never heard from")
    return HubLine(name, f"offline, last heard from {age(status_at, now)}")
