"""Episodes from outcomes, in whatever order the readings come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alerting.episodes import Course, Episode, follow
from alerting.verdict import Outcome

R, K, C, N = Outcome.RAISE, Outcome.KEEP, Outcome.CLEAR, Outcome.NO_DATA


def course(outcomes: Sequence[Outcome], episodes: Sequence[Episode] = (), told: Sequence[int] = ()) -> Course:
    times = np.arange(len(outcomes), dtype=float)
    is_told = np.isin(np.arange(len(outcomes)), list(told))
    return follow(times, np.array(outcomes, dtype=np.int8), is_told, is_told, episodes)


def test_an_episode_runs_from_the_first_raise_to_the_next_clear() -> None:
    found = course([C, R, K, R, K, C, C, N, R])
    assert found.episodes == (Episode(1, 1.0, 3.0, 5.0), Episode(2, 8.0, 8.0, None))
    assert found.raises == ((1, 1), (3, 1), (8, 2))


def test_following_again_changes_nothing() -> None:
    outcomes = [C, R, K, R, C, R]
    first = course(outcomes)
    again = course(outcomes, first.episodes, told=[index for index, _ in first.raises])
    assert again == Course(first.episodes, ())


def test_a_late_raise_before_an_open_episode_moves_its_start() -> None:
    found = course([R, K, R], [Episode(1, 2.0, 2.0)], told=[2])
    assert found.episodes == (Episode(1, 0.0, 2.0),)
    assert found.raises == ((0, 1),)


def test_a_late_raise_that_a_clear_parts_from_the_open_episode_stands_alone() -> None:
    found = course([R, C, R], [Episode(1, 2.0, 2.0)], told=[2])
    assert found.episodes == (Episode(1, 2.0, 2.0), Episode(2, 0.0, 0.0, 1.0))


def test_a_late_clear_parts_what_raised_after_it() -> None:
    found = course([R, C, R], [Episode(1, 0.0, 2.0)], told=[0, 2])
    assert found.episodes == (Episode(1, 0.0, 0.0, 1.0), Episode(2, 2.0, 2.0))
    assert (found.raises, found.moved) == ((), ((2, 2),))


def test_what_the_clock_opened_is_ended_by_a_later_clear_alone() -> None:
    silent = [Episode(1, 0.5, 0.5)]
    assert course([C, N, N], silent).episodes == tuple(silent)
    assert course([C, C, N], silent).episodes == (Episode(1, 0.5, 0.5, 1.0),)


def test_without_readings_nothing_follows() -> None:
    assert course([]) == Course((), ())


@given(st.lists(st.sampled_from(list(Outcome)), max_size=30), st.data())
def test_in_any_order_every_raise_is_told_once_and_the_episodes_are_the_same(
    outcomes: list[Outcome], data: st.DataObject
) -> None:
    """Readings arrive one by one in any order; each time all that is known from it on is followed."""
    times = np.arange(len(outcomes), dtype=float)
    episodes: tuple[Episode, ...] = ()
    known: list[int] = []
    told: set[int] = set()
    for index in data.draw(st.permutations(range(len(outcomes)))):
        known = sorted([*known, index])
        here = [each for each in known if each >= index]
        found = follow(
            times[here],
            np.array([outcomes[each] for each in here], dtype=np.int8),
            is_told := np.array([each in told for each in here], dtype=bool),
            is_told,
            episodes,
        )
        new = [here[each] for each, _ in found.raises]
        assert not told.intersection(new)
        told.update(new)
        episodes = found.episodes
        assert sum(episode.cleared_at is None for episode in episodes) <= 1
        assert len({episode.number for episode in episodes}) == len(episodes)
    assert told == {index for index, outcome in enumerate(outcomes) if outcome is R}
    untold = np.zeros(times.size, dtype=bool)
    in_order = follow(times, np.array(outcomes, dtype=np.int8), untold, untold, ())
    assert stretches(episodes) == stretches(in_order.episodes)


def stretches(episodes: Sequence[Episode]) -> list[tuple[float, float | None]]:
    """From when to when, whatever their numbers."""
    return sorted((each.opened_at, each.cleared_at) for each in episodes)
