"""Migrations are numbered without holes: two of one number would be applied in another order elsewhere."""

from __future__ import annotations

from gateway.database.migrate import shipped

FIRST = 33
"""Those before are what a database of the baseline has applied."""


def test_numbers_go_up_by_one() -> None:
    numbers = [int(name.split("_", 1)[0]) for name in shipped()]
    assert numbers == list(range(FIRST, FIRST + len(numbers)))
