"""Episodes from outcomes, in whatever order the readings come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from alerting.episodes import Episode, EpisodeUpdate, follow
from alerting.verdict import Outcome
from alerting.windows import Floats

R, K, C, N = Outcome.RAISE, Outcome.KEEP, Outcome.CLEAR, Outcome.NO_DATA


def update(
    outcomes: Sequence[Outcome], episodes: Sequence[Episode] = (), notified: Sequence[int] = ()
) -> EpisodeUpdate:
    times = np.arange(len(outcomes), dtype=float)
    is_notified = np.isin(np.arange(len(outcomes)), list(notified))
    return follow(times, np.array(outcomes, dtype=np.int8), is_notified, is_notified, episodes)


def test_an_episode_runs_from_the_first_raise_to_the_next_clear() -> None:
    found = update([C, R, K, R, K, C, C, N, R])
    assert found.episodes == (Episode(1, 1.0, 3.0, 5.0), Episode(2, 8.0, 8.0, None))
    assert found.raises == ((1, 1), (3, 1), (8, 2))


def test_following_again_changes_nothing() -> None:
    outcomes = [C, R, K, R, C, R]
    first = update(outcomes)
    again = update(outcomes, first.episodes, notified=[index for index, _ in first.raises])
    assert again == EpisodeUpdate(first.episodes, ())


def test_a_late_raise_before_an_open_episode_moves_its_start() -> None:
    found = update([R, K, R], [Episode(1, 2.0, 2.0)], notified=[2])
    assert found.episodes == (Episode(1, 0.0, 2.0),)
    assert found.raises == ((0, 1),)


def test_a_late_raise_that_a_clear_parts_from_the_open_episode_stands_alone() -> None:
    found = update([R, C, R], [Episode(1, 2.0, 2.0)], notified=[2])
    assert found.episodes == (Episode(1, 2.0, 2.0), Episode(2, 0.0, 0.0, 1.0))


def test_a_late_clear_parts_what_raised_after_it() -> None:
    found = update([R, C, R], [Episode(1, 0.0, 2.0)], notified=[0, 2])
    assert found.episodes == (Episode(1, 0.0, 0.0, 1.0), Episode(2, 2.0, 2.0))
    assert (found.raises, found.moved) == ((), ((2, 2),))


def test_what_the_clock_opened_is_ended_by_a_later_clear_alone() -> None:
    silent = [Episode(1, 0.5, 0.5)]
    assert update([C, N, N], silent).episodes == tuple(silent)
    assert update([C, C, N], silent).episodes == (Episode(1, 0.5, 0.5, 1.0),)


def test_without_readings_nothing_follows() -> None:
    assert update([]) == EpisodeUpdate((), ())


def test_a_late_raise_at_the_moment_of_a_clear_makes_one_of_what_it_parted() -> None:
    """The clear at 1 ended the first episode; a raise of the same moment outweighs it."""
    parted = [Episode(1, 0.0, 0.0, 1.0), Episode(2, 2.0, 2.0)]
    times, outcomes = np.array([1.0, 1.0, 2.0]), np.array([C, R, R], dtype=np.int8)
    notified = np.array([False, False, True])
    found = follow(times, outcomes, notified, notified, parted)
    assert found == EpisodeUpdate((Episode(1, 0.0, 2.0),), ((1, 1),), absorbed=((2, 1),))
    assert (found.part_of(2), found.part_of(1), found.part_of(None)) == (1, 1, None)


def test_what_a_later_clear_parts_from_an_absorbed_episode_is_one_of_its_own() -> None:
    parted = [Episode(1, 0.0, 0.0, 1.0), Episode(2, 2.0, 4.0)]
    times, outcomes = np.array([1.0, 2.0, 3.0, 4.0]), np.array([R, R, C, R], dtype=np.int8)
    notified = np.array([False, True, False, True])
    found = follow(times, outcomes, notified, notified, parted)
    assert found.episodes == (Episode(1, 0.0, 2.0, 3.0), Episode(3, 4.0, 4.0))
    assert (found.raises, found.moved, found.absorbed) == (((0, 1),), ((3, 3),), ((2, 1),))


minutes = st.one_of(st.integers(0, 5), st.integers(0, 40))


@given(st.lists(st.tuples(minutes, st.sampled_from(list(Outcome))), max_size=30))
@example([(0, R), (2, R), (1, C), (1, R)])
@example([(1, C), (1, R), (0, R), (2, R)])
def test_in_any_order_every_raise_is_told_once_and_the_episodes_are_the_same(
    arriving: list[tuple[int, Outcome]],
) -> None:
    """Readings arrive one by one; each time all that is known from its own time on is followed."""
    times = np.array([minute for minute, _ in arriving], dtype=float)
    outcomes = np.array([outcome for _, outcome in arriving], dtype=np.int8)
    episodes: tuple[Episode, ...] = ()
    notified: dict[int, int] = {}
    for index in range(times.size):
        here = [each for each in in_order(times[: index + 1]) if times[each] >= times[index]]
        is_notified = np.array([each in notified for each in here], dtype=bool)
        found = follow(times[here], outcomes[here], is_notified, is_notified, episodes)
        new = {here[each]: number for each, number in found.raises}
        assert not notified.keys() & new.keys()
        notified = {each: found.part_of(number) or 0 for each, number in notified.items()}
        notified |= {here[each]: number for each, number in found.moved} | new
        episodes = found.episodes
        by_number = {episode.number: episode for episode in episodes}
        assert len(by_number) == len(episodes)
        assert all(holds(by_number[number], times[each]) for each, number in notified.items())
        assert sum(episode.cleared_at is None for episode in episodes) <= 1
        is_notified = np.array([each in notified for each in here], dtype=bool)
        assert follow(times[here], outcomes[here], is_notified, is_notified, episodes) == EpisodeUpdate(
            episodes, ()
        )
    assert notified.keys() == {index for index, (_, outcome) in enumerate(arriving) if outcome is R}
    untold = np.zeros(times.size, dtype=bool)
    ordered = in_order(times)
    at_once = follow(times[ordered], outcomes[ordered], untold, untold, ())
    assert stretches(episodes) == stretches(at_once.episodes)


def in_order(times: Floats) -> list[int]:
    return [int(each) for each in np.argsort(times, kind="stable")]


def holds(episode: Episode, time: float) -> bool:
    return episode.opened_at <= time and (episode.cleared_at is None or time < episode.cleared_at)


def stretches(episodes: Sequence[Episode]) -> list[tuple[float, float | None]]:
    """From when to when, whatever their numbers."""
    return sorted((each.opened_at, each.cleared_at) for each in episodes)
