"""What a receipt says of readings, told by their ids."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from edge_agent.outbox import Outbox
from edge_agent.wire.messages import Device, Quarantined, Receipt
from simulators.replay.delivery import Outcome, ReadingReceipt, reading_receipts
from simulators.replay.uci import read_log

LOG = b"04-21-1991\t9:09\t58\t100\n04-21-1991\t12:09\t60\t110\n04-21-1991\t18:09\t62\t120\n"


def test_each_position_of_a_receipt_is_the_fate_of_one_reading(tmp_path: Path) -> None:
    readings = read_log(LOG, Device(identifier="uci-data-77")).in_order()
    first, second, third = (reading.reading_id for reading in readings)
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.add_all(readings)
        receipt = Receipt(
            batch_id=uuid4(),
            epoch=outbox.epoch,
            stored=(2,),
            before=(1,),
            quarantined=(Quarantined(position=3, reason="no use"),),
        )
        assert reading_receipts(receipt, outbox) == [
            ReadingReceipt(second, Outcome.STORED),
            ReadingReceipt(first, Outcome.BEFORE),
            ReadingReceipt(third, Outcome.REFUSED, "no use"),
        ]
