"""What needs somebody beside the task list, as the page shows it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.store.assignments import Source
from gateway.store.attention import ReasonCount, Waiting
from gateway.store.hubs import SILENT_AFTER, HubInNeed, Presence
from gateway.web.console.views import Attention, HubLine, SourceLine
from gateway.web.console.words import age, counted, moment

SHOWN = 6
"""Lines of a kind in the panel; the rest is counted."""


_PROBLEMS = {
    "disk-full": "its disk is full: it has stopped reading devices",
    "outbox-set-aside": "its outbox was damaged and set aside: somebody has to look at the file",
}
"""What a hub says is wrong with it, for people."""


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
        hubs_count=f"{hubs.hubs - len(hubs.in_need)} of {counted(hubs.hubs, 'hub', 'hubs')} online and well",
        hubs_away=[_hub(each, now) for each in hubs.in_need[:SHOWN]],
        more_hubs=max(0, len(hubs.in_need) - SHOWN),
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


def _hub(hub: HubInNeed, now: datetime) -> HubLine:
    if hub.status_at is None:
        return HubLine(hub.name, "never heard from")
    said = [_PROBLEMS.get(problem, problem.replace("-", " ")) for problem in hub.problems]
    if not hub.online or now - hub.status_at > SILENT_AFTER:
        word = "silent" if hub.online else "offline"
        said.insert(0, f"{word}, last heard from {age(hub.status_at, now)}")
    return HubLine(hub.name, "; ".join(said))
