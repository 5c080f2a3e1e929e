"""From outcomes to episodes: which raises are new, and to which stretch of the condition each belongs.

Readings come in any order and end in the same stretches: a raise opens one, a clear ends it, in order of
time. An episode is known by its number and never by its start: a late raise moves the start, a late clear
parts what came after it, which becomes an episode of its own.
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
class Course:
    """What a patient's episodes of one condition are now, and the raises nobody was told of yet.

    `raises` are pairs of a reading's index and its episode's number, in order of time; `moved` the same of
    raises that people were told of as part of another episode.
    """

    episodes: tuple[Episode, ...]
    raises: tuple[tuple[int, int], ...]
    moved: tuple[tuple[int, int], ...] = ()


@dataclass
class _Stretch:
    """A stretch of the condition as it is followed; `known` is the episode that it carries on from before."""

    opened_at: float
    known: Episode | None = None
    cleared_at: float | None = None
    raises: list[int] = field(default_factory=list)

    def holds_at(self, time: float) -> bool:
        return self.opened_at <= time and (self.cleared_at is None or time < self.cleared_at)


def follow(
    times: Floats, outcomes: Outcomes, raised: Bools, told: Bools, episodes: Sequence[Episode]
) -> Course:
    """Carry `episodes` on over one patient's readings, in order of time.

    `times` (n,) and `outcomes` (n,) are from Series and a rule. `raised` (n,) says which readings raised
    before, and stay raises whatever they are now; `told` (n,) which need not be told again. Following the
    same readings again changes nothing.
    """
    if not times.size:
        return Course(tuple(episodes), ())
    raising = (outcomes == Outcome.RAISE) | raised
    stretches = _stretches(times, raising, _clear_times(times, outcomes, raising, episodes), episodes)
    known = {episode.number: episode for episode in episodes}
    raises: list[tuple[int, int]] = []
    moved: list[tuple[int, int]] = []
    used: set[int] = set()
    for stretch in stretches:
        before = stretch.known or _opened_in(stretch, [each for each in episodes if each.number not in used])
        number = max(known, default=0) + 1 if before is None else before.number
        used.add(number)
        known[number] = Episode(number, stretch.opened_at, _last(stretch, times), stretch.cleared_at)
        raises += [(index, number) for index in stretch.raises if not told[index]]
        moved += [(index, number) for index in stretch.raises if before is None and told[index]]
    return Course(tuple(known[number] for number in sorted(known)), tuple(raises), tuple(moved))


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
    found = [
        _Stretch(each.opened_at, each, float(clear_times[0]) if clear_times.size else None)
        for each in episodes
        if each.opened_at < times[0] and (each.cleared_at is None or each.cleared_at >= times[0])
    ]
    last_end = 0 if found else -1
    for time, index in _raise_events(times, raising, episodes):
        end = int(np.searchsorted(clear_times, time))
        if end != last_end:
            found.append(_Stretch(time, None, float(clear_times[end]) if end < clear_times.size else None))
            last_end = end
        if index is not None:
            found[-1].raises.append(index)
    return found


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


def _opened_in(stretch: _Stretch, episodes: Sequence[Episode]) -> Episode | None:
    inside = [each for each in episodes if stretch.holds_at(each.opened_at)]
    return min(inside, key=lambda each: each.opened_at, default=None)


def _last(stretch: _Stretch, times: Floats) -> float:
    if stretch.raises:
        return float(times[stretch.raises[-1]])
    before = stretch.known
    return stretch.opened_at if before is None or before.last_raise_at >= times[0] else before.last_raise_at
