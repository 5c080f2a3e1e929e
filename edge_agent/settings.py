"""What a hub is told: `hub.toml` in its folder, and the broker's password beside it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, time, tzinfo
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from edge_agent.hub_clock import HubClock, NetworkClock, TrustedClock, is_synchronised
from edge_agent.send_window import FIRST_PATIENCE_S, LONGEST_PATIENCE_S
from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.topics import HUB_PATTERN

FILE = "hub.toml"
OUTBOX = "outbox.db"
CLOCK_LATCH = "clock-was-right-in-boot"
PAGE_PORT = 8425
DUE_KINDS = {kind.replace("_", " "): kind for kind in ReadingKind if kind is not ReadingKind.EVENT}
_EXPECTED = {
    "hub": "the hub's name: 1 to 63 of a-z, 0-9 and '-', not starting with '-'",
    "time_zone": "an IANA time zone such as 'Europe/Vienna'",
    "receipt_within_s": "seconds, 1 to 900: without a receipt for so long, readings are sent again",
    "clock": "'network', or 'trusted' where this machine's clock is right without a network",
    "set_device_clocks": "true or false: whether devices' clocks that are wrong are set",
    "page": "a table [page] with address and port",
    "page.address": "'127.0.0.1' for this machine alone, '0.0.0.0' for all of the home's network",
    "page.port": "a number from 0 to 65535; 0: no page",
    "due": "tables [[due]], each of another kind or person",
    "due.what": f"one of {', '.join(DUE_KINDS)}",
    "due.at": "times of day such as ['07:00', '19:00'], each once",
    "due.user": "the number of the person on the device, 0 to 255",
    "broker": "a table [broker] with host and port",
    "broker.host": "the broker's name or address",
    "broker.port": "a number from 1 to 65535",
    "broker.password_file": "a path, relative to this file",
}


class SettingsError(Exception):
    """The settings cannot be used. Says which file, which key, and what is expected."""


@dataclass(frozen=True)
class PageSettings:
    """Where the page for the patient is shown; port 0: nowhere."""

    address: str = "127.0.0.1"
    port: int = PAGE_PORT


@dataclass(frozen=True)
class DueMeasurement:
    """What the patient is to measure each day, and when; `user`: the person of the device who is meant."""

    what: ReadingKind
    at: tuple[time, ...]
    user: int | None = None


@dataclass(frozen=True)
class Settings:
    """Everything that a hub needs to run."""

    home: Path
    hub: str
    zone: tzinfo
    broker_host: str
    broker_port: int
    password_file: Path
    receipt_within_s: float
    trusts_clock: bool
    set_device_clocks: bool
    page: PageSettings
    due: tuple[DueMeasurement, ...]

    def hub_clock(self) -> HubClock:
        if self.trusts_clock:
            return TrustedClock()
        return NetworkClock(self.home / CLOCK_LATCH, is_synchronised)

    @property
    def outbox(self) -> Path:
        return self.home / OUTBOX

    def password(self) -> str:
        """The broker's password, which is read when needed and kept nowhere. Raises SettingsError."""
        try:
            password = self.password_file.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{self.password_file}: the broker's password cannot be read: {error}"
            ) from error
        if not password:
            raise SettingsError(f"{self.password_file}: expected the broker's password, found nothing")
        return password


def _is_address(text: str) -> str:
    ip_address(text)
    return text


_TimeOfDay = Annotated[str, StringConstraints(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _BrokerTable(_Strict):
    host: Annotated[str, StringConstraints(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)]
    password_file: str = Field("broker-password")


class _PageTable(_Strict):
    address: Annotated[str, AfterValidator(_is_address)] = PageSettings.address
    port: Annotated[int, Field(ge=0, le=65535)] = PageSettings.port


def _is_due_kind(text: str) -> str:
    if text not in DUE_KINDS:
        raise ValueError(text)
    return text


def _are_each_once(times: list[str]) -> list[str]:
    if len(set(times)) < len(times):
        raise ValueError(times)
    return times


class _DueTable(_Strict):
    what: Annotated[str, AfterValidator(_is_due_kind)]
    at: Annotated[list[_TimeOfDay], Field(min_length=1), AfterValidator(_are_each_once)]
    user: Annotated[int, Field(ge=0, le=255)] | None = None


def _are_of_others(tables: list[_DueTable]) -> list[_DueTable]:
    if len({(each.what, each.user) for each in tables}) < len(tables):
        raise ValueError(tables)
    return tables


class _File(_Strict):
    hub: Annotated[str, StringConstraints(pattern=f"^{HUB_PATTERN.pattern}$")]
    time_zone: str | None = None
    receipt_within_s: Annotated[float, Field(ge=1, le=LONGEST_PATIENCE_S)] = FIRST_PATIENCE_S
    clock: Literal["network", "trusted"] = "network"
    set_device_clocks: bool = True
    broker: _BrokerTable
    page: _PageTable = _PageTable()
    due: Annotated[list[_DueTable], AfterValidator(_are_of_others)] = []


def home(environ: Mapping[str, str], *, is_root: bool) -> Path:
    """The hub's folder: HEARTHBEAT_HUB_HOME, else where such data lies."""
    if given := environ.get("HEARTHBEAT_HUB_HOME"):
        return Path(given)
    if is_root:
        return Path("/var/lib/hearthbeat-hub")
    data = environ.get("XDG_DATA_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".local/share"
    return Path(data) / "hearthbeat-hub"


def find_home() -> Path:
    """The folder of this process's hub."""
    return home(os.environ, is_root=os.geteuid() == 0)


def load(folder: Path) -> Settings:
    """The settings in `folder`. Raises SettingsError."""
    file = folder / FILE
    try:
        parsed = _File.model_validate(tomllib.loads(file.read_text()))
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: is not TOML: {error}") from error
    except ValidationError as error:
        raise SettingsError(f"{file}: {'; '.join(map(_problem, error.errors()))}") from error
    return Settings(
        home=folder,
        hub=parsed.hub,
        zone=_zone(file, parsed.time_zone),
        broker_host=parsed.broker.host,
        broker_port=parsed.broker.port,
        password_file=folder / parsed.broker.password_file,
        receipt_within_s=parsed.receipt_within_s,
        trusts_clock=parsed.clock == "trusted",
        set_device_clocks=parsed.set_device_clocks,
        page=PageSettings(parsed.page.address, parsed.page.port),
        due=tuple(
            DueMeasurement(DUE_KINDS[each.what], tuple(map(time.fromisoformat, each.at)), each.user)
            for each in parsed.due
        ),
    )


def _problem(error: Mapping[str, object]) -> str:
    location = error["loc"] if isinstance(error["loc"], tuple) else (error["loc"],)
    key = ".".join(part for part in location if isinstance(part, str))
    table = "".join(f" (table {part + 1})" for part in location[:2] if isinstance(part, int))
    if key not in _EXPECTED:
        return f"{key}{table}: unknown key, known are {', '.join(_EXPECTED)}"
    return f"{key}{table}: expected {_EXPECTED[key]}"


def _zone(file: Path, name: str | None) -> tzinfo:
    """The named zone, or the system's; without either, UTC."""
    system = Path("/etc/localtime")
    if name is None and not system.exists():
        return UTC
    try:
        if name is not None:
            return ZoneInfo(name)
        with system.open("rb") as content:
            return ZoneInfo.from_file(content, key="system")
    except (OSError, ValueError, ZoneInfoNotFoundError) as error:
        raise SettingsError(f"{file}: time_zone: expected {_EXPECTED['time_zone']}") from error
