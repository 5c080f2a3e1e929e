"""What needs somebody beside the task list, as the page shows it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.store.assignments import Source
from gateway.store.attention import ReasonCount, Waiting
from gateway.store.hubs import Hub
from gateway.web.console.views import Attention, HubLine, SourceLine
from gateway.web.console.words import age, counted, moment

SHOWN = 6
"""Sources in the panel; the rest is counted."""


@dataclass(frozen=True)
class Operations:
    """What the store says about the organisation."""

    waiting: Waiting
    sources: Sequence[Source]  # with readings of nobody
    reasons: Sequence[ReasonCount]
    hubs: Sequence[Hub]


def attention(operations: Operations, now: datetime) -> Attention:
    """All of it; what is None or empty needs nobody."""
    due, sources, hubs = operations.waiting.due, operations.sources, operations.hubs
    messages = sum(each.messages for each in operations.reasons)
    readings = sum(each.unassigned_readings for each in sources)
    away = [hub for hub in hubs if not hub.online]
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
        hubs_count=f"{len(hubs) - len(away)} of {counted(len(hubs), 'hub', 'hubs')} online",
        hubs_away=[_hub(hub, now) for hub in away],
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


def _hub(hub: Hub, now: datetime) -> HubLine:
    if hub.status_at is None:
        return HubLine(hub.name, "never heard of")
    return HubLine(hub.name, f"offline, last heard of {age(hub.status_at, now)}")
