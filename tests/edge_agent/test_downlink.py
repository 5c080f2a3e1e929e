"""What the gateway's word does to the outbox, and to what is under way."""

from __future__ import annotations

from uuid import uuid4

from edge_agent.outbox import Outbox
from edge_agent.publisher.downlink import Downlink
from edge_agent.send_window import PositionRun, SendWindow
from edge_agent.wire.messages import ReplayCommand
from edge_agent.wire.topics import Channel, topic
from tests.edge_agent.conftest import HUB
from tests.edge_agent.samples import NOON, weight


def test_a_replay_hurries_what_is_under_way(outbox: Outbox) -> None:
    outbox.add_all(weight(captured_at=NOON) for _ in range(5))
    window, batch_id = SendWindow(), uuid4()
    window.add(batch_id, PositionRun(outbox.epoch, 1, 5), Channel.READINGS, 0.0)
    for now in (0.0, 100.0, 300.0):
        window.sent(batch_id, now, spread=0.5)
    downlink = Downlink(
        *(HUB, outbox, window), clock=lambda: NOON, changed=lambda: None, on_receipt=lambda _: None
    )
    asked = ReplayCommand(epoch=outbox.epoch, first_position=5, last_position=9)
    assert not window.due(360.0)
    downlink.receive(topic(HUB, Channel.COMMANDS), asked.model_dump_json().encode())
    assert window.due(360.0)
