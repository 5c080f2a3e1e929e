from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

import pytest

from edge_agent.outbox import WaitingReading
from edge_agent.send_window import FIRST_PATIENCE_S, MAX_BATCH_BYTES, OVERHEAD_BYTES, PositionRun, SendWindow
from edge_agent.wire.messages import Quarantined, Receipt
from edge_agent.wire.topics import Channel

EPOCH = 5
LIVE, BACKLOG = Channel.READINGS, Channel.BACKLOG


def rows(positions: Iterable[int], *, epoch: int = EPOCH, size: int = 300) -> list[WaitingReading]:
    return [WaitingReading(epoch, position, 0.0, size) for position in positions]


def window_with(run: PositionRun, *, now: float = 0.0) -> tuple[SendWindow, UUID]:
    window, batch_id = SendWindow(), uuid4()
    window.add(batch_id, run, LIVE, now)
    return window, batch_id


class TestForming:
    def test_neighbours_go_together(self) -> None:
        assert SendWindow().runs(rows([1, 2, 3]), 9) == [PositionRun(EPOCH, 1, 3)]

    def test_a_hole_ends_a_batch(self) -> None:
        assert SendWindow().runs(rows([1, 2, 4]), 9) == [PositionRun(EPOCH, 1, 2), PositionRun(EPOCH, 4, 1)]

    def test_a_new_epoch_ends_a_batch(self) -> None:
        waiting = rows([1]) + rows([2], epoch=6)
        assert SendWindow().runs(waiting, 9) == [PositionRun(EPOCH, 1, 1), PositionRun(6, 2, 1)]

    def test_a_batch_holds_a_hundred(self) -> None:
        assert SendWindow().runs(rows(range(1, 202)), 9) == [
            PositionRun(EPOCH, 1, 100),
            PositionRun(EPOCH, 101, 100),
            PositionRun(EPOCH, 201, 1),
        ]

    def test_a_batch_stays_below_its_bytes(self) -> None:
        half = MAX_BATCH_BYTES // 2 - 1  # and a comma
        assert SendWindow().runs(rows([1, 2, 3], size=half), 9) == [
            PositionRun(EPOCH, 1, 2),
            PositionRun(EPOCH, 3, 1),
        ]

    def test_a_batch_stays_below_what_the_broker_takes(self) -> None:
        window = SendWindow()
        window.reconnected(0.0, session_present=False, max_packet_bytes=OVERHEAD_BYTES + 2 * 301)
        assert window.runs(rows([1, 2, 3]), 9) == [PositionRun(EPOCH, 1, 2), PositionRun(EPOCH, 3, 1)]

    def test_for_a_broker_that_takes_less_batches_are_formed_anew(self) -> None:
        window, _ = window_with(PositionRun(EPOCH, 1, 100))
        window.reconnected(0.0, session_present=True, max_packet_bytes=2000)
        assert window.positions == 0

    def test_one_reading_goes_however_large(self) -> None:
        assert SendWindow().runs(rows([1], size=MAX_BATCH_BYTES + 1), 9) == [PositionRun(EPOCH, 1, 1)]

    def test_no_more_batches_than_asked_for(self) -> None:
        assert SendWindow().runs(rows([1, 3, 5]), 2) == [PositionRun(EPOCH, 1, 1), PositionRun(EPOCH, 3, 1)]

    def test_what_is_under_way_is_not_sent_in_another_batch(self) -> None:
        window, _ = window_with(PositionRun(EPOCH, 2, 2))
        assert window.runs(rows([1, 2, 3, 4]), 9) == [PositionRun(EPOCH, 1, 1), PositionRun(EPOCH, 4, 1)]

    def test_each_channel_has_its_own_room(self) -> None:
        window = SendWindow()
        assert (window.room(LIVE), window.room(BACKLOG)) == (100, 4)
        for first in range(1, 5):
            window.add(uuid4(), PositionRun(EPOCH, first, 1), BACKLOG, 0.0)
        assert (window.room(LIVE), window.room(BACKLOG)) == (100, 0)


class TestSendingAgain:
    def test_a_new_batch_is_due_at_once(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 1), now=7.0)
        assert [batch.header.batch_id for batch in window.due(7.0)] == [batch_id]

    def test_each_time_it_waits_twice_as_long_up_to_a_quarter_of_an_hour(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 1))
        waits = []
        for _ in range(7):
            window.sent(batch_id, now=0.0, spread=0.5)
            waits.append(window.next_due())
        assert waits == pytest.approx([60, 120, 240, 480, 900, 900, 900])

    @pytest.mark.parametrize(("spread", "seconds"), [(0.0, 48), (1.0, 72)])
    def test_hubs_do_not_march_in_step(self, spread: float, seconds: float) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 1))
        window.sent(batch_id, now=0.0, spread=spread)
        assert window.next_due() == pytest.approx(seconds)

    def test_a_hub_may_be_told_to_wait_less(self) -> None:
        window, batch_id = SendWindow(first_patience_s=5), uuid4()
        window.add(batch_id, PositionRun(EPOCH, 1, 1), LIVE, 0.0)
        window.sent(batch_id, now=0.0, spread=0.5)
        assert window.next_due() == pytest.approx(5)

    def test_a_thousand_times_is_not_too_often(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 1))
        for _ in range(2000):
            window.sent(batch_id, now=0.0, spread=0.5)
        assert window.next_due() == pytest.approx(900)

    def test_sent_again_it_is_the_same_batch(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 3, 2))
        (first,) = window.due(0.0)
        window.sent(batch_id, now=0.0, spread=0.5)
        (again,) = window.due(61.0)
        assert (again.header, again.channel) == (first.header, first.channel)

    def test_thrown_away_by_the_broker_it_is_tried_soon(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 1))
        window.sent(batch_id, now=0.0, spread=0.5)
        window.dropped(batch_id, now=0.0, spread=0.5)
        assert window.next_due() == pytest.approx(5)
        window.sent(batch_id, now=5.0, spread=0.5)
        window.dropped(batch_id, now=5.0, spread=0.5)
        assert window.next_due() == pytest.approx(15)

    def test_when_the_session_is_kept_only_what_the_broker_never_took_is_due(self) -> None:
        window, taken = window_with(PositionRun(EPOCH, 1, 1))
        lost = uuid4()
        window.add(lost, PositionRun(EPOCH, 2, 1), LIVE, 0.0)
        for batch_id in (taken, lost):
            window.sent(batch_id, now=0.0, spread=0.5)
        window.accepted(taken)
        window.reconnected(10.0, session_present=True)
        assert [batch.header.batch_id for batch in window.due(10.0)] == [lost]

    def test_when_the_session_is_lost_everything_is_due(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 1))
        window.sent(batch_id, now=0.0, spread=0.5)
        window.accepted(batch_id)
        window.reconnected(10.0, session_present=False)
        assert len(window.due(10.0)) == 1


class TestReceipts:
    def test_a_receipt_ends_its_batch(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 3))
        receipt = Receipt(
            batch_id=batch_id,
            epoch=EPOCH,
            stored=(1,),
            before=(2,),
            quarantined=(Quarantined(position=3, reason="why"),),
        )
        assert window.ours(receipt) == receipt
        window.end(batch_id)
        assert (window.positions, window.next_due()) == (0, None)

    def test_what_a_receipt_leaves_out_goes_in_another_batch(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 3))
        window.end(batch_id)
        assert window.runs(rows([2]), 9) == [PositionRun(EPOCH, 2, 1)]

    def test_a_receipt_speaks_of_its_own_batch_alone(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 1))
        ours = window.ours(Receipt(batch_id=batch_id, epoch=EPOCH, stored=(1, 2)))
        assert ours is not None
        assert ours.positions == (1,)

    @pytest.mark.parametrize("epoch", [EPOCH, 6])
    def test_a_receipt_for_what_this_process_did_not_send_says_nothing(self, epoch: int) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 1))
        receipt = Receipt(batch_id=batch_id if epoch == 6 else uuid4(), epoch=epoch, stored=(1,))
        assert window.ours(receipt) is None
        assert window.positions == 1

    def test_a_word_about_a_batch_that_is_done_changes_nothing(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 1, 1))
        window.end(batch_id)
        window.accepted(batch_id)
        window.dropped(batch_id, 0.0, 0.5)
        assert window.next_due() is None

    def test_a_left_epoch_is_forgotten(self) -> None:
        window, _ = window_with(PositionRun(EPOCH, 1, 1))
        window.forget(EPOCH)
        assert window.next_due() is None


class TestHurrying:
    @pytest.mark.parametrize(
        ("epoch", "first", "last", "is_due"),
        [(EPOCH, 3, 3, True), (EPOCH, 5, 9, True), (EPOCH, 6, 9, False), (EPOCH + 1, 3, 5, False)],
    )
    def test_what_the_gateway_misses_is_sent_without_its_grown_patience(
        self, epoch: int, first: int, last: int, *, is_due: bool
    ) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 3, 3))
        for now in (0.0, 100.0, 300.0):
            window.sent(batch_id, now, spread=0.5)
        window.hurry(epoch, first, last)
        now = 300.0 + FIRST_PATIENCE_S
        assert [batch.header.batch_id for batch in window.due(now)] == [batch_id] * is_due

    def test_what_was_sent_just_now_is_not_sent_again(self) -> None:
        window, batch_id = window_with(PositionRun(EPOCH, 3, 3))
        window.sent(batch_id, 100.0, spread=1.0)
        window.hurry(EPOCH, 3, 5)
        assert window.due(100.0 + FIRST_PATIENCE_S / 2) == []
