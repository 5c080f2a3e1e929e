from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from edge_agent.hub_clock import Moment
from edge_agent.outbox import HeldCapture, Outbox
from edge_agent.wire.messages import Device
from tests.edge_agent.samples import NOON

CUFF, SCALE = "AA:BB:CC:00:00:01", "AA:BB:CC:00:00:02"


def test_what_is_held_is_there_after_a_restart_in_its_order(tmp_path: Path) -> None:
    later = NOON + timedelta(seconds=1)
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.captures.hold(CUFF, 0x2A35, b"\x01", NOON)
        outbox.captures.hold(SCALE, 0x2A9D, b"\x02", NOON)
        outbox.captures.hold(CUFF, 0x2A35, b"\x01", later)  # the same bytes again are held again
    with Outbox(tmp_path / "outbox.db") as outbox:
        assert outbox.captures.devices() == [CUFF, SCALE]
        assert outbox.captures.of(CUFF) == [
            HeldCapture(1, 0x2A35, b"\x01", Moment(NOON, "", 0.0, is_known=True)),
            HeldCapture(3, 0x2A35, b"\x01", Moment(later, "", 0.0, is_known=True)),
        ]
        outbox.captures.release(1)
        assert [held.number for held in outbox.captures.of(CUFF)] == [3]


def test_what_is_not_said_again_of_a_device_stays(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db") as outbox:
        known = Device(identifier=CUFF, manufacturer="Acme", model="C-1")
        outbox.devices.seen(known, NOON, name="Cuff", service=0x1810, battery_percent=87)
        outbox.devices.in_trouble(CUFF, "no bond")
        outbox.devices.forget(CUFF)
        later = NOON + timedelta(days=1)
        outbox.devices.seen(Device(identifier=CUFF), later)
        (cuff,) = outbox.devices.all()
        assert (cuff.device, cuff.name, cuff.service, cuff.battery_percent) == (known, "Cuff", 0x1810, 87)
        assert (cuff.last_seen_at, cuff.trouble, cuff.forgotten) == (later, None, True)
        outbox.devices.welcome(CUFF)
        assert outbox.devices.find(CUFF) is not None
        assert not outbox.devices.all()[0].forgotten
        assert outbox.devices.find(SCALE) is None


def test_whoever_begins_an_outbox_at_the_same_time_begins_the_same_one(tmp_path: Path) -> None:
    """The hub and a command may both be its first users."""
    path, devices = tmp_path / "outbox.db", [f"device {number}" for number in range(8)]

    def begin(device: str) -> None:
        with Outbox(path) as outbox:
            outbox.captures.hold(device, 0x2A35, b"", NOON)

    with ThreadPoolExecutor(len(devices)) as users:
        list(users.map(begin, devices))
    with Outbox(path) as outbox:
        assert outbox.captures.devices() == devices
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
