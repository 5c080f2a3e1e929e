"""Clocks on walls, many readings at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wall_clock import wall_clock

SET = datetime(2025, 3, 30, 1, tzinfo=UTC).timestamp()
"""Clocks are set in Berlin, half an hour earlier or later elsewhere."""


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]
)
@given(hours=st.lists(st.floats(-9_000, 9_000), min_size=1, max_size=30))
def test_as_each_reading_asked_by_itself(zone: str, hours: list[float]) -> None:
    times = SET + 3_600 * np.array([0.0, *hours])
    walls = [datetime.fromtimestamp(time, ZoneInfo(zone)).replace(tzinfo=UTC) for time in times]
    assert wall_clock(times, ZoneInfo(zone)) == pytest.approx([wall.timestamp() for wall in walls], abs=1e-4)
