"""The page on the house shows the floors that are checked."""

from __future__ import annotations

from tests.house import architecture


def test_the_page_shows_the_floors_that_the_contracts_say() -> None:
    """After a change of the contracts: `python -m tests.house.architecture`."""
    assert architecture.page() == architecture.PAGE.read_text()


def test_every_room_says_what_it_is() -> None:
    rooms = [
        (package, room)
        for package, floors in architecture.floors().items()
        for floor in floors
        for room in floor
    ]
    assert ("gateway", "tasks") in rooms
    assert [each for each in rooms if not architecture.docstring(*each)] == []
