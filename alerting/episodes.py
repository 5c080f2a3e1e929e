"""From outcomes to episodes: which raises are new, and to which stretch of the condition each belongs.

Readings come in any order, so an episode is known by its number and never by its start: a late raise that
belongs to an episode moves its start, one that stands alone becomes an episode of its own, already cleared.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from alerting.verdict import Outcome
from alerting.windows import Floats


@dataclass(frozen=True)
class Episode:
    """A condition that held from `opened_at` to `cleared_at` (seconds since 1970; None: it holds still)."""

    number: int
    opened_at: float
    last_raise_at: float
    cleared_at: float | None = None

    def holds_at(self, time: float) -> bool:
        return self.opened_at <= time and (self.cleared_at is None or time < self.cleared_at)


@dataclass(frozen=True)
class Course:
    """What a patient's episodes of one condition are now, and the raises nobody was told of yet.

    `raises` are pairs of a reading's index and its episode's number, in order of time.
    """

    episodes: tuple[Episode, ...]
    raises: tuple[tuple[int, int], ...]


def follow(
    times: Floats,
    outcomes: NDArray[np.int8],
    told: NDArray[np.bool_],
    episodes: Sequence[Episode],
) -> Course:
    """Carry `episodes` on over one patient's readings, in order of time.

    `times` (n,) and `outcomes` (n,) are from Series and a rule; `told` (n,) says which of them raised
    before. Following the same readings again changes nothing.
    """
    known = {episode.number: episode for episode in episodes}
    raises: list[tuple[int, int]] = []
    raising = np.flatnonzero((outcomes == Outcome.RAISE) & ~told)
    clearing = np.flatnonzero(outcomes == Outcome.CLEAR)
    clear_times = times[clearing]
    bounds = [*np.searchsorted(clearing, raising).tolist(), clearing.size]
    _clear(known, clear_times[: bounds[0]])
    for index, start, end in zip(raising.tolist(), bounds[:-1], bounds[1:], strict=True):
        time = float(times[index])
        episode = _belongs_to(time, known.values(), clear_times) or Episode(
            number=max(known, default=0) + 1, opened_at=time, last_raise_at=time
        )
        known[episode.number] = replace(
            episode,
            opened_at=min(episode.opened_at, time),
            last_raise_at=max(episode.last_raise_at, time),
        )
        raises.append((index, episode.number))
        _clear(known, clear_times[start:end])
    return Course(episodes=tuple(known[number] for number in sorted(known)), raises=tuple(raises))


def _clear(known: dict[int, Episode], times: Floats) -> None:
    """Let the first of the times that comes after an open episode's last raise clear it."""
    for episode in known.values():
        if episode.cleared_at is None:
            later = times[np.searchsorted(times, episode.last_raise_at, side="right") :]
            if later.size:
                known[episode.number] = replace(episode, cleared_at=float(later[0]))


def _belongs_to(time: float, episodes: Collection[Episode], clear_times: Floats) -> Episode | None:
    for episode in episodes:
        if episode.holds_at(time):
            return episode
    later = [episode for episode in episodes if episode.opened_at > time]
    if not later:
        return None
    following = min(later, key=lambda episode: episode.opened_at)
    parted = np.any((clear_times > time) & (clear_times < following.opened_at))
    return None if parted else following
