from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from edge_agent.outbox import Outbox, OutboxError
from edge_agent.outbox.database import open_database
from edge_agent.reading_ids import OutboxPosition
from edge_agent.wire.messages import MAX_EPOCH, Quarantined, Reading, Receipt
from tests.edge_agent.samples import NOON, weight


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.db") as opened:
        yield opened


def waiting(outbox: Outbox) -> list[tuple[int, int]]:
    return [(row.epoch, row.position) for row in outbox.waiting_since(NOON - timedelta(days=9999), 999)]


def stored(outbox: Outbox, *positions: int, epoch: int | None = None) -> Receipt:
    return Receipt(batch_id=uuid4(), epoch=epoch or outbox.epoch, stored=positions)


class TestKeeping:
    def test_positions_begin_at_one_and_have_no_holes(self, outbox: Outbox) -> None:
        known = weight()
        assert outbox.add_all([weight(), known, known, weight()]) == 3
        assert waiting(outbox) == [(outbox.epoch, position) for position in (1, 2, 3)]

    def test_a_known_reading_is_not_kept_again(self, outbox: Outbox) -> None:
        reading = weight()
        assert outbox.add(lambda _: reading) == reading
        assert outbox.add(lambda _: reading) is None
        assert outbox.counts().assigned == 1

    def test_a_reading_learns_its_place_before_it_is_made(self, outbox: Outbox) -> None:
        positions: list[OutboxPosition] = []

        def make(position: OutboxPosition) -> Reading:
            positions.append(position)
            return weight()

        outbox.add(make)
        outbox.add(make)
        assert positions == [(outbox.epoch, 1), (outbox.epoch, 2)]

    def test_a_reading_that_cannot_be_made_uses_no_position(self, outbox: Outbox) -> None:
        with pytest.raises(ZeroDivisionError):
            outbox.add_all(weight(1 / kg) for kg in (1, 0))
        assert outbox.counts().assigned == 0

    def test_what_goes_on_the_wire_is_the_reading(self, outbox: Outbox) -> None:
        reading = weight(82.5)
        outbox.add_all([reading])
        (content,) = outbox.contents(outbox.epoch, 1, 1)
        assert Reading.model_validate_json(content) == reading

    def test_fresh_and_old_are_told_apart_by_when_they_came(self, outbox: Outbox) -> None:
        outbox.add_all([weight(captured_at=NOON - timedelta(seconds=1)), weight(captured_at=NOON)])
        assert [row.position for row in outbox.waiting_since(NOON, 9)] == [2]
        assert [row.position for row in outbox.waiting_from_before(NOON, 9)] == [1]

    def test_unreadable_bytes_are_kept_once(self, outbox: Outbox) -> None:
        for _ in range(2):
            outbox.add_unreadable("AA:BB", 0x2A35, b"\x01", "byte 1: expected more", NOON)
        assert outbox.counts().unreadable == 1

    def test_it_goes_on_where_it_was(self, tmp_path: Path) -> None:
        with Outbox(tmp_path / "outbox.db") as first:
            first.add_all([weight(), weight()])
            epoch = first.epoch
        with Outbox(tmp_path / "outbox.db") as second:
            second.add_all([weight()])
            assert waiting(second) == [(epoch, 1), (epoch, 2), (epoch, 3)]

    def test_nobody_else_may_read_it(self, tmp_path: Path, outbox: Outbox) -> None:
        outbox.add_all([weight()])
        files = list(tmp_path.glob("outbox.db*"))
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}

    def test_every_commit_is_written_through(self, tmp_path: Path) -> None:
        with closing(open_database(tmp_path / "outbox.db")) as database:
            assert database.execute("PRAGMA synchronous").fetchone() == (2,)
            assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    def test_a_file_that_is_no_outbox_is_named_and_left_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "outbox.db"
        file.write_bytes(b"no database" * 100)
        with pytest.raises(OutboxError, match=r"outbox\.db cannot be used"):
            Outbox(file)
        assert file.read_bytes() == b"no database" * 100

    def test_an_outbox_of_the_future_is_not_touched(self, tmp_path: Path) -> None:
        database = sqlite3.connect(tmp_path / "outbox.db")
        database.execute("PRAGMA user_version = 99")
        database.close()
        with pytest.raises(OutboxError, match="newer version"):
            Outbox(tmp_path / "outbox.db")


class TestReceipts:
    def test_only_what_has_a_receipt_waits_no_longer(self, outbox: Outbox) -> None:
        outbox.add_all([weight(), weight(), weight()])
        outbox.settle(stored(outbox, 1, 3), NOON)
        counts = outbox.counts()
        assert (counts.waiting, counts.assigned, counts.receipted) == (1, 3, 3)
        assert waiting(outbox) == [(outbox.epoch, 2)]
        assert counts.last_receipt_at == NOON

    def test_what_was_quarantined_waits_no_longer_and_is_shown(self, outbox: Outbox) -> None:
        outbox.add_all([weight(), weight(), weight()])
        reasons = ("too old", "too old", "impossible")
        quarantined = tuple(
            Quarantined(position=position, reason=reason) for position, reason in enumerate(reasons, start=1)
        )
        outbox.settle(Receipt(batch_id=uuid4(), epoch=outbox.epoch, quarantined=quarantined), NOON)
        assert outbox.counts().quarantined == 3
        assert outbox.quarantined() == [("too old", 2), ("impossible", 1)]
        assert waiting(outbox) == []

    def test_positions_that_are_not_here_change_nothing(self, outbox: Outbox) -> None:
        outbox.add_all([weight()])
        outbox.settle(stored(outbox, 2, 7), NOON)
        outbox.settle(stored(outbox, 1, epoch=outbox.epoch % MAX_EPOCH + 1), NOON)
        assert (outbox.counts().waiting, outbox.counts().receipted) == (1, 0)

    def test_after_thirty_days_it_is_forgotten_but_never_before_its_receipt(self, outbox: Outbox) -> None:
        outbox.add_all([weight(), weight()])
        outbox.settle(stored(outbox, 1), NOON)
        assert outbox.prune(NOON + timedelta(days=30)) == 0
        assert outbox.prune(NOON + timedelta(days=30, seconds=1)) == 1
        counts = outbox.counts()
        assert (counts.waiting, counts.assigned, counts.receipted) == (1, 2, 1)

    def test_a_position_is_never_given_again(self, outbox: Outbox) -> None:
        outbox.add_all([weight()])
        outbox.settle(stored(outbox, 1), NOON)
        outbox.prune(NOON + timedelta(days=31))
        outbox.add_all([weight()])
        assert waiting(outbox) == [(outbox.epoch, 2)]


class TestCommands:
    def test_replayed_positions_wait_until_their_next_receipt(self, outbox: Outbox) -> None:
        outbox.add_all(weight() for _ in range(4))
        outbox.settle(stored(outbox, 1, 2, 3), NOON)
        assert outbox.replay(outbox.epoch, 2, 9) == 2
        assert waiting(outbox) == [(outbox.epoch, position) for position in (2, 3, 4)]
        outbox.settle(stored(outbox, 2, 3, 4), NOON)
        assert waiting(outbox) == []

    def test_what_waits_for_a_replay_is_not_forgotten(self, outbox: Outbox) -> None:
        outbox.add_all([weight()])
        outbox.settle(stored(outbox, 1), NOON)
        outbox.replay(outbox.epoch, 1, 1)
        assert outbox.prune(NOON + timedelta(days=99)) == 0

    def test_leaving_an_epoch_takes_along_what_has_no_receipt(self, outbox: Outbox) -> None:
        readings = [weight(kg) for kg in (80, 81, 82)]
        outbox.add_all(readings)
        old = outbox.epoch
        outbox.settle(stored(outbox, 2), NOON)
        assert outbox.leave_epoch(old)
        assert outbox.epoch != old
        assert waiting(outbox) == [(outbox.epoch, 1), (outbox.epoch, 2)]
        moved = [Reading.model_validate_json(each) for each in outbox.contents(outbox.epoch, 1, 2)]
        assert moved == [readings[0], readings[2]]
        outbox.add_all([weight()])
        assert waiting(outbox)[-1] == (outbox.epoch, 3)

    def test_an_epoch_is_left_once(self, outbox: Outbox) -> None:
        old = outbox.epoch
        outbox.leave_epoch(old)
        new = outbox.epoch
        assert not outbox.leave_epoch(old)
        assert outbox.epoch == new

    def test_a_replay_of_an_old_epoch_is_still_possible(self, outbox: Outbox) -> None:
        outbox.add_all([weight()])
        old = outbox.epoch
        outbox.settle(stored(outbox, 1), NOON)
        outbox.leave_epoch(old)
        assert outbox.replay(old, 1, 1) == 1
        assert waiting(outbox) == [(old, 1)]

    def test_epochs_are_random(self, tmp_path: Path) -> None:
        epochs = set()
        for number in range(3):
            with Outbox(tmp_path / f"{number}.db") as outbox:
                epochs.add(outbox.epoch)
        assert len(epochs) == 3
        assert all(1 <= epoch <= MAX_EPOCH for epoch in epochs)


def test_the_last_record_of_a_meter_is_remembered(outbox: Outbox) -> None:
    assert outbox.last_record("AA:BB") is None
    outbox.set_last_record("AA:BB", 7, b"\x01")
    outbox.set_last_record("AA:BB", 9, b"\x02")
    assert outbox.last_record("AA:BB") == (9, b"\x02")
