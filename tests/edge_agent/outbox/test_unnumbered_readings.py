"""A hub that does not know the time: what it reads waits, and gets its time and place when it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge_agent.gatt.measurement import Measurement
from edge_agent.hub_clock import Moment
from edge_agent.intake import Capture, ConnectedDevice, Intake, to_reading
from edge_agent.outbox import Outbox
from edge_agent.reading_ids import OutboxPosition
from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.messages import Reading
from edge_agent.wire.vitals import Vital
from tests.edge_agent.samples import NOON, SCALE

HUB = "hub-1"
SWITCHED_OFF = datetime(2025, 11, 30, 23, 0, tzinfo=UTC)
"""What the clock shows after a power cut."""


class MovedClock:
    """A clock that tests move: the time by it, and the seconds since boot that pass meanwhile."""

    def __init__(self, at: datetime, boot: str = "boot-1") -> None:
        self.now = Moment(at, boot, uptime_s=30.0, is_known=False)

    def moment(self) -> Moment:
        return self.now

    def wait(self, span: timedelta) -> None:
        self.now = replace(self.now, at=self.now.at + span, uptime_s=self.now.uptime_s + span.total_seconds())

    def learn(self, at: datetime) -> None:
        self.now = replace(self.now, at=at, is_known=True)

    def reboot(self, at: datetime, boot: str) -> None:
        self.now = Moment(at, boot, uptime_s=20.0, is_known=False)


def weigh(
    outbox: Outbox,
    at: datetime,
    *,
    device_clock: datetime | None = None,
    offset: timedelta | None = None,
    raw: bytes = b"\x00\x80\x3e",
) -> Reading | None:
    said = Measurement(ReadingKind.BODY_WEIGHT, {Vital.BODY_WEIGHT: 80.0}, device_clock=device_clock)
    connected = ConnectedDevice(HUB, UTC, SCALE, offset)

    def make(position: OutboxPosition) -> Reading:
        return to_reading(said, Capture(0x2A9D, raw, at), connected, position)

    return outbox.add(make)


def stored(outbox: Outbox) -> list[Reading]:
    contents = outbox.contents(outbox.epoch, 1, outbox.counts().assigned)
    return [Reading.model_validate_json(content) for content in contents]


def test_until_the_time_is_known_nothing_gets_a_position(tmp_path: Path) -> None:
    clock = MovedClock(SWITCHED_OFF)
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        weigh(outbox, clock.now.at)
        assert outbox.number(HUB, UTC) == 0
        counts = outbox.counts()
        assert (counts.assigned, counts.waiting, counts.unnumbered) == (0, 0, 1)
        assert outbox.waiting_since(datetime(1980, 1, 1, tzinfo=UTC), 9) == []
        (latest,) = outbox.latest()
        assert latest.is_waiting


def test_when_the_time_is_known_it_was_measured_when_it_was(tmp_path: Path) -> None:
    clock = MovedClock(SWITCHED_OFF)
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        weigh(outbox, clock.now.at)
        clock.wait(timedelta(hours=2))
        weigh(outbox, clock.now.at - timedelta(seconds=4))  # kept four seconds after it came
        clock.wait(timedelta(hours=1))
        clock.learn(NOON)
        assert outbox.number(HUB, UTC) == 2
        assert outbox.number(HUB, UTC) == 0
        first, second = stored(outbox)
        assert first.measured_at == first.captured_at == NOON - timedelta(hours=3)
        assert second.measured_at == NOON - timedelta(hours=1, seconds=4)
        assert outbox.counts().unnumbered == 0


def test_the_same_weight_twice_is_two_readings_with_ids_of_their_places(tmp_path: Path) -> None:
    clock = MovedClock(SWITCHED_OFF)
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        provisional = [weigh(outbox, clock.now.at), weigh(outbox, clock.now.at)]
        clock.learn(NOON)
        outbox.number(HUB, UTC)
        ids = {reading.reading_id for reading in stored(outbox)}
        assert len(ids) == 2
        assert not ids & {reading.reading_id for reading in provisional if reading is not None}


def test_what_a_device_says_twice_is_one_reading(tmp_path: Path) -> None:
    clock, told = MovedClock(SWITCHED_OFF), datetime.fromisoformat("2026-03-01T08:00")
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        first = weigh(outbox, clock.now.at, device_clock=told)
        assert weigh(outbox, clock.now.at, device_clock=told) is None
        clock.learn(NOON)
        outbox.number(HUB, UTC)
        assert weigh(outbox, NOON, device_clock=told) is None
        assert first is not None
        assert [reading.reading_id for reading in stored(outbox)] == [first.reading_id]


def test_the_offset_of_a_device_is_told_from_the_right_time(tmp_path: Path) -> None:
    clock, told = MovedClock(SWITCHED_OFF), datetime.fromisoformat("2026-03-01T08:00")
    device_is_ahead = timedelta(minutes=10)
    seen = told + timedelta(hours=1, minutes=10)  # the device's clock when it was read
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        weigh(
            outbox,
            clock.now.at,
            device_clock=told + device_is_ahead,
            offset=seen - clock.now.at.replace(tzinfo=None),
        )
        clock.wait(timedelta(hours=3))
        clock.learn(NOON)
        outbox.number(HUB, UTC)
    with Outbox(tmp_path / "outbox.db") as outbox:
        (reading,) = stored(outbox)
        assert reading.clock_offset_s == device_is_ahead.total_seconds()
        assert reading.measured_at == told.replace(tzinfo=UTC)
        assert reading.device_clock == told + device_is_ahead


def test_of_boots_that_never_knew_the_time_the_order_and_the_spans_stay(tmp_path: Path) -> None:
    clock = MovedClock(SWITCHED_OFF)
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        weigh(outbox, clock.now.at, raw=b"\x01")
        clock.wait(timedelta(hours=2))
        weigh(outbox, clock.now.at, raw=b"\x02")
        clock.reboot(SWITCHED_OFF, "boot-2")
        weigh(outbox, clock.now.at, raw=b"\x03")
        clock.wait(timedelta(minutes=5))
        clock.reboot(SWITCHED_OFF, "boot-3")
        clock.wait(timedelta(minutes=1))
        clock.learn(NOON)
        assert outbox.number(HUB, UTC) == 3
        first, second, third = stored(outbox)
    assert [reading.raw for reading in (first, second, third)] == ["01", "02", "03"]
    assert second.captured_at - first.captured_at == timedelta(hours=2)
    assert second.captured_at < third.captured_at <= NOON - timedelta(minutes=1, seconds=20)
    assert third.clock_offset_s is None


WEIGHT, RAW = 0x2A9D, b"\x00\x80\x3e"


def hold(outbox: Outbox, at: datetime, raw: bytes = RAW) -> None:
    """What a scale says before the hub has asked it about itself."""
    Intake(SCALE.identifier, outbox, stored=lambda: None).take(Capture(WEIGHT, raw, at))


def read_what_is_held(outbox: Outbox) -> None:
    intake = Intake(SCALE.identifier, outbox, stored=lambda: None)
    intake.begin(ConnectedDevice(HUB, UTC, SCALE))
    intake.finish()


def test_what_was_held_over_a_reboot_was_captured_before_it(tmp_path: Path) -> None:
    clock = MovedClock(SWITCHED_OFF)
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        hold(outbox, clock.now.at)
        clock.wait(timedelta(hours=2))
        hold(outbox, clock.now.at - timedelta(seconds=4), raw=b"\x00\x81\x3e")
    clock.reboot(SWITCHED_OFF, "boot-2")
    clock.wait(timedelta(minutes=10))
    clock.learn(NOON)
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        read_what_is_held(outbox)
        assert (outbox.counts().assigned, outbox.counts().unnumbered) == (0, 2)
        assert outbox.number(HUB, UTC) == 2
        first, second = stored(outbox)
        assert second.captured_at == NOON - timedelta(minutes=10, seconds=20)  # when this boot began
        assert second.captured_at - first.captured_at == timedelta(hours=2) - timedelta(seconds=4)
        assert outbox.captures.devices() == []


def test_what_was_held_in_this_boot_has_its_exact_time_as_soon_as_the_time_is_known(tmp_path: Path) -> None:
    clock = MovedClock(SWITCHED_OFF)
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        hold(outbox, clock.now.at)
        clock.wait(timedelta(minutes=5))
        clock.learn(NOON)
        read_what_is_held(outbox)
        (reading,) = stored(outbox)
        assert reading.captured_at == NOON - timedelta(minutes=5)


def test_what_was_held_while_the_time_was_known_keeps_it(tmp_path: Path) -> None:
    clock = MovedClock(SWITCHED_OFF)
    clock.learn(NOON)
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        hold(outbox, NOON)
        clock.reboot(SWITCHED_OFF, "boot-2")
        read_what_is_held(outbox)
        (reading,) = stored(outbox)
        assert reading.captured_at == NOON


def test_nothing_is_captured_in_the_future(tmp_path: Path) -> None:
    clock = MovedClock(SWITCHED_OFF)
    with Outbox(tmp_path / "outbox.db", clock) as outbox:
        weigh(outbox, SWITCHED_OFF + timedelta(days=1))  # by the clock of an earlier boot, which was ahead
        clock.learn(NOON)
        outbox.number(HUB, UTC)
        (reading,) = stored(outbox)
        assert reading.captured_at == NOON
