"""A device that was noted under a private address, and is its identity's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge_agent.device_clocks import ClockSetting
from edge_agent.outbox import Outbox
from edge_agent.wire.messages import Device

RANDOM = "5D:66:00:00:00:01"
IDENTITY = "F3:04:04:04:04:04"
THEN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SETTING = ClockSetting(THEN, timedelta(hours=1), 7)


def test_all_that_was_kept_under_the_private_address_is_the_identitys(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.devices.seen(Device(identifier=RANDOM, model="AC-1"), THEN, name="Cuff", battery_percent=80)
        outbox.devices.set_clock_setting(RANDOM, SETTING)
        outbox.captures.hold(RANDOM, 0x2A35, b"\x01", THEN)
        outbox.set_last_record(RANDOM, 7, b"\x02")
        outbox.devices.are_one(RANDOM, IDENTITY)
        (known,) = outbox.devices.all()
        assert (known.device, known.name) == (Device(identifier=IDENTITY, model="AC-1"), "Cuff")
        assert (known.last_seen_at, known.battery_percent) == (THEN, 80)
        assert outbox.devices.clock_setting(IDENTITY) == SETTING
        assert outbox.captures.devices() == [IDENTITY]
        assert outbox.last_record(IDENTITY) == (7, b"\x02")


def test_what_is_known_of_the_identity_stays(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.devices.in_trouble(RANDOM, "not-paired")
        outbox.set_last_record(RANDOM, 7, b"\x02")
        outbox.devices.seen(Device(identifier=IDENTITY), THEN, name="Cuff", battery_percent=70)
        outbox.set_last_record(IDENTITY, 9, b"\x03")
        before = outbox.devices.find(IDENTITY)
        outbox.devices.are_one(RANDOM, IDENTITY)
        assert outbox.devices.all() == [before]
        assert outbox.last_record(IDENTITY) == (9, b"\x03")


def test_nothing_changes_where_nothing_was_noted(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.devices.are_one(RANDOM, IDENTITY)
        assert outbox.devices.all() == []
