"""What an operator sets: environment variables, read once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.store.connection import is_database_url

LAST_PORT = 65535


class SettingError(Exception):
    """A setting is missing or not usable. Says which, and what is expected."""


@dataclass(frozen=True)
class BrokerSettings:
    """How the gateway itself signs in to the broker."""

    host: str
    port: int
    username: str
    password_file: Path

    def password(self) -> str:
        """What the file holds now. Raises SettingError."""
        try:
            return self.password_file.read_text().strip()
        except OSError as error:
            raise SettingError(
                f"HEARTHBEAT_BROKER_PASSWORD_FILE: cannot read {self.password_file} ({error.strerror}); "
                "`hearthbeat init` makes it"
            ) from error


@dataclass(frozen=True)
class Settings:
    """All settings, checked."""

    database_url: str
    broker: BrokerSettings
    broker_passwords_file: (
        Path | None
    )  # written by the gateway for the broker: every hub, and the gateway itself
    web_host: str
    web_port: int
    metrics_port: int | None = None  # of health and numbers, beside other roles than `web`


VARIABLES = """\
HEARTHBEAT_DATABASE_URL           postgresql://USER:PASSWORD@HOST:PORT/NAME (needed)
HEARTHBEAT_BROKER_HOST            127.0.0.1
HEARTHBEAT_BROKER_PORT            1883
HEARTHBEAT_BROKER_USERNAME        gateway
HEARTHBEAT_BROKER_PASSWORD_FILE   the gateway's own password for the broker (needed)
HEARTHBEAT_BROKER_PASSWORDS_FILE  where to write the broker's password file; not set: it is not written
HEARTHBEAT_WEB_HOST               127.0.0.1
HEARTHBEAT_WEB_PORT               8420
HEARTHBEAT_METRICS_PORT           a port for /metrics, /livez and /readyz alone; not set: `web` has them
"""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `environment`. Raises SettingError."""
    passwords = environment.get("HEARTHBEAT_BROKER_PASSWORDS_FILE")
    return Settings(
        database_url=database_url(environment),
        broker=BrokerSettings(
            host=environment.get("HEARTHBEAT_BROKER_HOST", "127.0.0.1"),
            port=_port(environment, "HEARTHBEAT_BROKER_PORT", "1883"),
            username=environment.get("HEARTHBEAT_BROKER_USERNAME", "gateway"),
            password_file=Path(_needed(environment, "HEARTHBEAT_BROKER_PASSWORD_FILE", "a file's path")),
        ),
        broker_passwords_file=Path(passwords) if passwords else None,
        web_host=environment.get("HEARTHBEAT_WEB_HOST", "127.0.0.1"),
        web_port=_port(environment, "HEARTHBEAT_WEB_PORT", "8420"),
        metrics_port=(
            _port(environment, "HEARTHBEAT_METRICS_PORT", "")
            if environment.get("HEARTHBEAT_METRICS_PORT")
            else None
        ),
    )


def database_url(environment: Mapping[str, str] = os.environ) -> str:
    """The database, for commands that need nothing else. Raises SettingError."""
    expected = "postgresql://USER:PASSWORD@HOST:PORT/NAME, with what is special in the password as %XX"
    url = _needed(environment, "HEARTHBEAT_DATABASE_URL", expected)
    if not is_database_url(url):
        raise SettingError(f"HEARTHBEAT_DATABASE_URL cannot be read: expected {expected}")
    return url


def _needed(environment: Mapping[str, str], name: str, expected: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingError(f"{name} is not set: expected {expected}")
    return value


def _port(environment: Mapping[str, str], name: str, default: str) -> int:
    value = environment.get(name, default)
    if not value.isdecimal() or not 1 <= int(value) <= LAST_PORT:
        raise SettingError(f"{name} is {value!r}: expected a port, 1 to {LAST_PORT}")
    return int(value)
