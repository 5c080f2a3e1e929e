"""From outcomes to episodes: which raises are new, and to which stretch of the condition each belongs.

Readings come in any order and end in the same stretches: a raise opens one, a clear ends it, in order of
time; at one moment a raise outweighs a clear. An episode is known by its number and never by its start: a
late raise moves the start, a late clear parts what came after it, which becomes an episode of its own, and
a late raise at the very moment of a clear makes one of the episodes that the clear parted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from alerting.verdict import Outcome, Outcomes
from alerting.windows import Bools, Floats


@dataclass(frozen=True)
class Episode:
    """A condition that held from `opened_at` to `cleared_at` (seconds since 1970; None: it holds still).

    `last_raise_at` is only as new as the readings that were followed last.
    """

    number: int
    opened_at: float
    last_raise_at: float = field(compare=False)
    cleared_at: float | None = None


@dataclass(frozen=True)
class EpisodeUpdate:
    """What a patient's episodes of one condition are now, and the raises nobody was told of yet.

    `raises` are pairs of a reading's index and its episode's number, in order of time; `moved` the same of
    raises that people were told of as part of another episode. `absorbed` are episodes that are none of their
    own any more, by number, each with the one that it is part of now; its raises go with it, before `moved`.
    """

    episodes: tuple[Episode, ...]
    raises: tuple[tuple[int, int], ...]
    moved: tuple[tuple[int, int], ...] = ()
    absorbed: tuple[tuple[int, int], ...] = ()

    def part_of(self, number: int | None) -> int | None:
        """The number of the episode that this one is part of now: its own, unless it is absorbed."""
        return next((into for gone, into in self.absorbed if gone == number), number)


@dataclass
class _Stretch:
    """A stretch of the condition as it is followed; `last_raise_at` is of a raise before its `raises`."""

    opened_at: float
    last_raise_at: float
    cleared_at: float | None
    raises: list[int] = field(default_factory=list)

    def as_episode(self, number: int, times: Floats) -> Episode:
        last_raise_at = float(times[self.raises[-1]]) if self.raises else self.last_raise_at
        return Episode(number, self.opened_at, last_raise_at, self.cleared_at)


def follow(
    times: Floats, outcomes: Outcomes, raised: Bools, notified: Bools, episodes: Sequence[Episode]
) -> EpisodeUpdate:
    """Carry `episodes` on over one patient's readings, in order of time.

    `times` (n,) and `outcomes` (n,) are from Series and a rule. `raised` (n,) says which readings raised
    before, and stay raises whatever they are now; `notified` (n,) which need not be told again. Following the
    same readings again changes nothing.
    """
    if not times.size:
        return EpisodeUpdate(tuple(episodes), ())
    raising = (outcomes == Outcome.RAISE) | raised
    known = {episode.number: episode for episode in episodes}
    raises: list[tuple[int, int]] = []
    moved: list[tuple[int, int]] = []
    absorbed: list[tuple[int, int]] = []
    for stretch in _stretches(times, raising, _clear_times(times, outcomes, raising, episodes), episodes):
        parts = sorted((each for each in episodes if _holds(stretch, each.opened_at)), key=_opened_at)
        number = parts[0].number if parts else max(known, default=0) + 1
        known[number] = stretch.as_episode(number, times)
        raises += [(index, number) for index in stretch.raises if not notified[index]]
        moved += [
            (index, number) for index in stretch.raises if notified[index] and not _held(parts, times[index])
        ]
        absorbed += [(each.number, number) for each in parts[1:]]
    standing = sorted(known.keys() - {number for number, _ in absorbed})
    return EpisodeUpdate(
        tuple(known[number] for number in standing), tuple(raises), tuple(moved), tuple(absorbed)
    )


def _clear_times(times: Floats, outcomes: Outcomes, raising: Bools, episodes: Sequence[Episode]) -> Floats:
    """When the condition was clear, now or as was found before; a raise at the same time outweighs it."""
    known = [
        each.cleared_at for each in episodes if each.cleared_at is not None and each.cleared_at >= times[0]
    ]
    clear = np.union1d(times[(outcomes == Outcome.CLEAR) & ~raising], np.array(known, dtype=np.float64))
    return np.setdiff1d(clear, times[raising])


def _stretches(
    times: Floats, raising: Bools, clear_times: Floats, episodes: Sequence[Episode]
) -> list[_Stretch]:
    """The stretches of the condition from the first reading on, in order of time."""
    ends = [*clear_times.tolist(), None]
    found: list[_Stretch] = []
    last_end = -1
    if carried := _carried(episodes, float(times[0])):
        raised_at = carried.last_raise_at if carried.last_raise_at < times[0] else carried.opened_at
        found.append(_Stretch(carried.opened_at, raised_at, ends[0]))
        last_end = 0
    for time, index in _raise_events(times, raising, episodes):
        end = int(np.searchsorted(clear_times, time))
        if end != last_end:
            found.append(_Stretch(time, time, ends[end]))
            last_end = end
        if index is not None:
            found[-1].raises.append(index)
    return found


def _carried(episodes: Sequence[Episode], first: float) -> Episode | None:
    """The episode that began before the first reading and had not ended by then."""
    open_then = (
        each
        for each in episodes
        if each.opened_at < first and (each.cleared_at is None or each.cleared_at >= first)
    )
    return min(open_then, key=_opened_at, default=None)


def _raise_events(
    times: Floats, raising: Bools, episodes: Sequence[Episode]
) -> list[tuple[float, int | None]]:
    """When the condition is raised, and by which reading; one opened by the clock has none."""
    by_reading = [(float(times[index]), index) for index in np.flatnonzero(raising).tolist()]
    raised_at = {time for time, _ in by_reading}
    by_clock = [
        (each.opened_at, None)
        for each in episodes
        if each.opened_at >= times[0] and each.opened_at not in raised_at
    ]
    return sorted([*by_reading, *by_clock], key=lambda event: event[0])


def _held(parts: Sequence[Episode], time: float) -> bool:
    return any(_holds(each, time) for each in parts)


def _holds(span: Episode | _Stretch, time: float) -> bool:
    return span.opened_at <= time and (span.cleared_at is None or time < span.cleared_at)


def _opened_at(episode: Episode) -> float:
    return episode.opened_at
