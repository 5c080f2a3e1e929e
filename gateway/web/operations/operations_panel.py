"""What needs somebody beside the task list, as the page shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.ages import age, span
from gateway.faults import RoleEnd
from gateway.hubs.hubs import SILENT_AFTER, HubInNeed, Presence
from gateway.notifications.outbox import Unsent
from gateway.operations.attention import ReasonCount, Waiting
from gateway.patients.assignments import Source
from gateway.staff.attempts import Guessed
from gateway.web.operations.views import Attention, HubLine, SourceLine
from gateway.web.parts.words import counted, moment, unsent_text

SHOWN = 6
"""Lines of a kind in the panel; the rest is counted."""
MOST_SOURCES = 100
"""Sources of nobody that are looked at."""
AWAY_ONE_BY_ONE = 3
"""Hubs that are away are named up to so many; more of them are one line."""


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
    closed_since: datetime | None  # the way from hubs
    set_aside: Mapping[str, int] = field(default_factory=dict)  # items by role
    ended: Sequence[RoleEnd] = ()
    guessed: Sequence[Guessed] = ()  # accounts whose passwords somebody tries
    unsent: Unsent | None = None


def attention(operations: Operations, now: datetime) -> Attention:
    """All of it; what is None or empty needs nobody."""
    due, sources, hubs = operations.waiting.due, operations.sources, operations.hubs
    messages = sum(each.messages for each in operations.reasons)
    readings = sum(each.unassigned_readings for each in sources)
    closed = operations.closed_since
    return Attention(
        way=f"No test reading has come through for {span(now - closed)}." if closed else None,
        waiting=counted(due, "upload waits", "uploads wait") + " to be judged" if due else None,
        unsent=unsent_text(operations.unsent, now) if operations.unsent else None,
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
        hubs_count=f"{hubs.hubs - hubs.needing} of {counted(hubs.hubs, 'hub', 'hubs')} online and well",
        hubs=_hubs(hubs, now),
        set_aside=[
            f"{role}: {counted(items, 'item', 'items')}" for role, items in operations.set_aside.items()
        ],
        begun_again=[_ended(each) for each in operations.ended],
        guessed=[f"{each.username}: {each.attempts} attempts" for each in operations.guessed[:SHOWN]],
        checked=moment(now, "UTC", now),
    )


def _ended(end: RoleEnd) -> str:
    times = counted(end.times, "time", "times")
    return f"{end.role} was restarted {times} since {end.since:%H:%M} UTC: {end.reason}"


def _source(source: Source, now: datetime) -> SourceLine:
    return SourceLine(
        device=source.device_identifier,
        model=source.model or "unknown model",
        slot="" if source.user is None else f"user {source.user}",
        readings=counted(source.unassigned_readings, "reading", "readings"),
        last="" if source.last_measured_at is None else age(source.last_measured_at, now),
    )


def _hubs(hubs: Presence, now: datetime) -> list[HubLine]:
    """Those that say what is wrong; those that are merely away one by one, or many in one line."""
    is_many = hubs.away > AWAY_ONE_BY_ONE
    lines = [_hub(each, now) for each in hubs.in_need if each.problems or each.stalled_since or not is_many]
    if is_many:
        last = "" if hubs.away_heard_at is None else f", last heard {age(hubs.away_heard_at, now)}"
        lines.append(HubLine(f"{hubs.away:,} hubs", f"away{last}"))
    left = hubs.needing - len(lines) + (1 - hubs.away if is_many else 0)
    return [*lines, HubLine(f"{left:,} more", "with problems")] if left else lines


def _hub(hub: HubInNeed, now: datetime) -> HubLine:
    if hub.status_at is None:
        return HubLine(hub.name, "never heard from")
    texts = [_PROBLEMS.get(problem, problem.replace("-", " ")) for problem in hub.problems]
    if hub.stalled_since is not None:
        texts.insert(0, f"online, but its readings have not arrived for {span(now - hub.stalled_since)}")
    if not hub.online or now - hub.status_at > SILENT_AFTER:
        texts.insert(0, f"away, last heard {age(hub.status_at, now)}")
    return HubLine(hub.name, "; ".join(texts))
