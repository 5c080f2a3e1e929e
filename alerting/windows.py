"""Windows that end at each reading: where they begin, and what is in them. Many patients end to end.

A window is `starts[i] : i + 1` unless its ends are given, and never reaches into another patient.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Bools = NDArray[np.bool_]
Keys = Floats | Indices

HOUR = 3_600.0
DAY = 86_400.0

MOST_VALUES = 128
"""The newest of a window that medians and slopes look at: one busy patient must not cost the memory."""
CELLS = 2**21
"""Numbers held at a time while windows are laid side by side."""


def window_starts(keys: Keys, starts: Indices, reach: float) -> Indices:
    """For each key (n,) the first of the same patient that is at most `reach` smaller (n,), by bisection.

    Keys are moments in seconds or calendar days, and never fall within a patient.
    """
    counts = np.diff(starts)
    low = np.repeat(starts[:-1], counts)
    high = np.arange(keys.size, dtype=np.int64)
    oldest = keys - reach
    for _ in range(int(counts.max(initial=0)).bit_length()):
        middle = (low + high) // 2
        inside = keys[middle] >= oldest
        high = np.where(inside, middle, high)
        low = np.where(inside, low, middle + 1)
    return low


def newest(chosen: Bools, keys: Keys, starts: Indices, reach: float) -> Indices:
    """For each key (n,) the newest chosen one of the same patient at most `reach` smaller, else -1."""
    last = np.maximum.accumulate(np.where(chosen, np.arange(keys.size, dtype=np.int64), -1))
    recent = (last >= np.repeat(starts[:-1], np.diff(starts))) & (keys[last] >= keys - reach)
    return np.where(recent, last, -1)


def repeated(chosen: Bools, keys: Keys, starts: Indices, reach: float, least: int) -> Bools:
    """Which of the chosen (n,) make at least so many of the same patient within `reach`."""
    at = np.flatnonzero(chosen)
    later, earlier = at[least - 1 :], at[: max(at.size - least + 1, 0)]
    firsts = starts[np.searchsorted(starts, later, side="right") - 1]
    found = np.zeros(keys.size, dtype=bool)
    found[later] = (earlier >= firsts) & (keys[earlier] >= keys[later] - reach)
    return found


def window_counts(chosen: Bools, starts: Indices) -> Indices:
    """How many are chosen in each window (n,)."""
    before = np.concatenate([[0], np.cumsum(chosen)]).astype(np.int64)
    counts: Indices = before[1:] - before[starts]
    return counts


def window_means(values: Floats, starts: Indices) -> Floats:
    """The mean of each window (n,)."""
    before = np.concatenate([[0.0], np.cumsum(values)])
    means: Floats = (before[1:] - before[starts]) / (np.arange(values.size) - starts + 1)
    return means


def window_minimum(values: Floats, starts: Indices) -> Floats:
    """The minimum of each window (n,), from minima over spans of powers of two."""
    n = values.size
    lengths = np.arange(n) - starts + 1
    levels = np.frexp(lengths)[1] - 1  # floor of the binary logarithm
    result = np.empty(n)
    spans = values.copy()  # spans[i]: minimum of the 2**level values that end at i
    for level in range(int(levels.max(initial=-1)) + 1):
        here = np.flatnonzero(levels == level)
        result[here] = np.minimum(spans[here], spans[starts[here] + 2**level - 1])
        step = min(2**level, n)
        spans[step:] = np.minimum(spans[step:], spans[: n - step])
    return result


def side_by_side(starts: Indices, ends: Indices) -> Iterator[tuple[Indices, Indices]]:
    """Windows `starts[i]:ends[i]` of equal length together, some at a time; empty ones are left out.

    Yields which windows (k,), and the indices in them (k, length).
    """
    lengths = ends - starts
    order = np.argsort(lengths, kind="stable").astype(np.int64)
    edges = np.searchsorted(lengths[order], np.arange(1, int(lengths.max(initial=0)) + 2))
    for length, (begin, end) in enumerate(pairwise(edges), start=1):
        rows = max(1, CELLS // length**2)  # a slope looks at pairs
        for chunk in range(int(begin), int(end), rows):
            which = order[chunk : min(chunk + rows, int(end))]
            yield which, starts[which, np.newaxis] + np.arange(length)


def medians(table: Floats) -> Floats:
    """The median of each row (k,), NaN left out; NaN where a row has nothing else."""
    ordered = np.sort(table, axis=1)  # NaN last
    known = np.count_nonzero(~np.isnan(table), axis=1)
    rows = np.arange(table.shape[0])
    lower, upper = (
        ordered[rows, np.maximum(known - 1, 0) // 2],
        ordered[rows, np.minimum(known // 2, table.shape[1] - 1)],
    )
    middle: Floats = (lower + upper) / 2.0
    return middle
