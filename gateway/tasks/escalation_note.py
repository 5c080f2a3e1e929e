"""Whether whoever was to hear of a clock that ran out got a message, in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.tasks.terms import Clock, Level

_RAN_OUT = {
    Clock.ACKNOWLEDGE: "Nobody has taken it in time",
    Clock.RESOLVE: "It was not resolved in time",
}
_LEVELS = {
    Level.OWNER: "its owner",
    Level.ROLE: "the team's nurses",
    Level.BACKUP: "the backup",
    Level.LEAD: "the lead",
}
NOBODY = "there was nobody to send a message to"


@dataclass(frozen=True)
class Deliveries:
    """Of the messages to people of one step, how many were sent, wait, failed so far, were given up."""

    sent: int
    waiting: int
    retried: int
    failed: int

    @property
    def are_known(self) -> bool:
        """Whether the messages are still there."""
        return any(vars(self).values())


_STATES = {
    "sent": ("was sent", "were sent"),
    "waiting": ("is on its way", "are on their way"),
    "retried": ("could not be sent yet and is tried again", "could not be sent yet and are tried again"),
    "failed": ("could not be sent", "could not be sent"),
}
"""In the singular and the plural."""


def escalation_note(clock: Clock, level: Level, deliveries: Deliveries) -> str:
    """What the history says of a step, as its messages stand now."""
    return f"{_RAN_OUT[clock]}: {_delivered(_LEVELS[level], deliveries)}."


def _delivered(whom: str, deliveries: Deliveries) -> str:
    counts = {name: number for name, number in vars(deliveries).items() if number}
    if not counts:
        return NOBODY
    if len(counts) == 1:
        [(state, number)] = counts.items()
        what = "a message" if number == 1 else f"{number} messages"
        return f"{what} to {whom} {_STATES[state][number > 1]}"
    parts = (f"{number} {_STATES[state][number > 1]}" for state, number in counts.items())
    return f"of {sum(counts.values())} messages to {whom} {', '.join(parts)}"
