"""A kernel that is known to fail is recognised by what it says of itself."""

from __future__ import annotations

import pytest

from edge_agent.bluetooth.kernel_faults import KERNEL_FAULTS, fault_of

SMP = "#1 SMP PREEMPT_DYNAMIC"


@pytest.mark.parametrize(
    ("release", "version"),
    [("6.1.0-57-amd64", f"{SMP} Debian 6.1.192-1 (2026-11-02)"), ("6.1.192", SMP), ("6.1.192-v8+", SMP)],
)
def test_the_kernel_with_the_fault(release: str, version: str) -> None:
    assert fault_of(release, version) is KERNEL_FAULTS[0]


@pytest.mark.parametrize(
    ("release", "version"),
    [
        ("6.1.0-47-amd64", f"{SMP} Debian 6.1.170-1 (2026-06-01)"),
        ("6.1.19", SMP),
        ("6.1.1920", SMP),
        ("16.1.192", SMP),
        ("6.1.192.1", SMP),
    ],
)
def test_another_kernel(release: str, version: str) -> None:
    assert fault_of(release, version) is None


def test_each_fault_says_what_to_do_and_where_it_was_seen() -> None:
    assert all(row.fails and row.to_do and row.source for row in KERNEL_FAULTS)
