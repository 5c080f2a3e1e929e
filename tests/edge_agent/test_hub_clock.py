from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from edge_agent.hub_clock import NetworkClock, is_synchronised


def never() -> bool:
    return False


def test_until_the_network_has_told_it_the_time_is_not_known(tmp_path: Path) -> None:
    told = False
    clock = NetworkClock(tmp_path / "latch", lambda: told)
    assert not clock.moment().is_known
    told = True
    assert clock.moment().is_known
    told = False  # the kernel forgets it after hours without a network
    assert clock.moment().is_known


def test_another_process_of_the_same_boot_knows_it_too_but_not_one_of_the_next(tmp_path: Path) -> None:
    latch = tmp_path / "latch"
    NetworkClock(latch, lambda: True).moment()
    assert NetworkClock(latch, never).moment().is_known
    latch.write_text("another boot")
    assert not NetworkClock(latch, never).moment().is_known


def test_a_latch_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    assert NetworkClock(tmp_path / "no folder" / "latch", lambda: True).moment().is_known


def test_the_seconds_since_boot_are_the_machines(tmp_path: Path) -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    first, second = (NetworkClock(tmp_path / "latch", never).moment() for _ in range(2))
    assert first.boot == second.boot != ""
    assert before <= first.uptime_s <= second.uptime_s <= time.clock_gettime(time.CLOCK_BOOTTIME)


def test_the_kernel_is_asked_and_not_changed() -> None:
    asked = [is_synchronised() for _ in range(2)]
    assert asked[0] == asked[1]
    again = [
        sys.executable,
        "-c",
        "from edge_agent.hub_clock import is_synchronised; print(is_synchronised())",
    ]
    assert subprocess.run(again, capture_output=True, text=True, check=True).stdout == f"{asked[0]}\n"
