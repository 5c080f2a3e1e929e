"""What a history says of messages, as they stand."""

from __future__ import annotations

import pytest

from gateway.tasks.escalation_note import Deliveries, escalation_note
from gateway.tasks.terms import Clock, Level


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((1, 0, 0, 0), "a message to the lead was sent"),
        ((0, 1, 0, 0), "a message to the lead is on its way"),
        ((0, 0, 1, 0), "a message to the lead could not be sent yet and is tried again"),
        ((0, 0, 0, 2), "2 messages to the lead could not be sent"),
        ((1, 0, 0, 2), "of 3 messages to the lead 1 was sent, 2 could not be sent"),
        ((0, 0, 0, 0), "there was nobody to send a message to"),
    ],
)
def test_it_says_what_became_of_the_messages(counts: tuple[int, int, int, int], said: str) -> None:
    note = escalation_note(Clock.RESOLVE, Level.LEAD, Deliveries(*counts))
    assert note == f"It was not resolved in time: {said}."
