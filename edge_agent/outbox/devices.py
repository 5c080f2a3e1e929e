"""The devices of a home, as the hub's processes know them: the agent that reads, the commands that tell."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge_agent.device_clocks import ClockSetting
from edge_agent.outbox.database import STATEMENTS, transaction
from edge_agent.wire.messages import Device, DeviceStatus


@dataclass(frozen=True)
class KnownDevice:
    """`service` is the 16-bit number of the measuring service that tells what it is."""

    device: Device
    name: str | None
    service: int | None
    last_seen_at: datetime | None
    battery_percent: int | None
    trouble: str | None
    forgotten: bool

    @property
    def status(self) -> DeviceStatus:
        return DeviceStatus(
            device=self.device, last_seen_at=self.last_seen_at, battery_percent=self.battery_percent
        )


class KnownDevices:
    """Every change is on disk when the call returns; several processes may make them."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def all(self) -> list[KnownDevice]:
        """Those that were forgotten as well."""
        rows = self._execute("devices")
        return [
            KnownDevice(
                Device(identifier=identifier, manufacturer=manufacturer, model=model),
                name,
                service,
                None if seen is None else datetime.fromtimestamp(seen, UTC),
                battery,
                trouble,
                bool(forgotten),
            )
            for identifier, name, manufacturer, model, service, seen, battery, trouble, forgotten in rows
        ]

    def find(self, identifier: str) -> KnownDevice | None:
        return next((known for known in self.all() if known.device.identifier == identifier), None)

    def seen(
        self,
        device: Device,
        at: datetime,
        *,
        name: str | None = None,
        service: int | None = None,
        battery_percent: int | None = None,
    ) -> None:
        """It was connected. What is None now keeps what was known before; its trouble is over."""
        self._change(
            "device_seen",
            **device.model_dump(),
            name=name,
            service=service,
            last_seen_at=at.timestamp(),
            battery_percent=battery_percent,
        )

    def in_trouble(self, identifier: str, trouble: str) -> None:
        """It cannot be read, and somebody has to do something."""
        self._change("device_trouble", identifier=identifier, trouble=trouble)

    def forget(self, identifier: str) -> None:
        """It is not to be read again until it is paired."""
        self._change("forget_device", identifier=identifier)

    def welcome(self, identifier: str) -> None:
        """It was paired: it may be read, and its troubles are over."""
        self._change("welcome_device", identifier=identifier)

    def are_one(self, random: str, identity: str) -> None:
        """What is kept of the device under a private address, which it has no more, is its identity's."""
        if self.find(random) is None:
            return
        with transaction(self._database):
            for statement in ("merge_device", "merge_captures", "merge_transfer", "merge_clock_setting"):
                self._execute(statement, random=random, identity=identity)
            self._execute("drop_device", identifier=random)

    def clock_setting(self, identifier: str) -> ClockSetting | None:
        """When this hub last set the device's clock."""
        row = self._execute("clock_setting", device=identifier).fetchone()
        if row is None:
            return None
        set_at, offset_s, last_sequence = row
        return ClockSetting(datetime.fromtimestamp(set_at, UTC), timedelta(seconds=offset_s), last_sequence)

    def set_clock_setting(self, identifier: str, setting: ClockSetting) -> None:
        """To be kept before the clock is set: a record of before would else be taken for one of after."""
        self._change(
            "set_clock_setting",
            device=identifier,
            set_at=setting.set_at.timestamp(),
            offset_s=setting.offset.total_seconds(),
            last_sequence=setting.last_sequence,
        )

    def _change(self, statement: str, **parameters: object) -> None:
        with transaction(self._database):
            self._execute(statement, **parameters)

    def _execute(self, statement: str, **parameters: object) -> sqlite3.Cursor:
        return self._database.execute(STATEMENTS[statement], parameters)
