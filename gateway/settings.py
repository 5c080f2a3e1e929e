"""What an operator sets: environment variables, read once at start."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from edge_agent.wire.deferred_imports import deferred_imports
from gateway.mailbox import check_mailbox

with deferred_imports():
    from gateway.database import connection

LAST_PORT = 65535
RAW_DAYS = range(1, 36501)
CANARY_S = range(24 * 60 * 60 + 1)
SHARE_GROUP = b"hearthbeat: group of the shared subscription"
SHARE_GROUP_LENGTH = 32
"""Hexadecimal digits: 128 bits."""


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
        return _secret(
            "HEARTHBEAT_BROKER_PASSWORD_FILE", self.password_file, hint="; `hearthbeat init` makes it"
        )

    def share_group(self) -> str:
        """The group of processes that hubs' messages are dealt to, one each. Raises SettingError.

        A broker lets any hub join any group, and what is dealt to a hub is lost. So its name is a keyed hash
        of the gateway's own password: the same in every process of the gateway, and nobody else's to know.
        """
        return hmac.digest(self.password().encode(), SHARE_GROUP, hashlib.sha256).hex()[:SHARE_GROUP_LENGTH]


class SmtpSecurity(StrEnum):
    """How the way to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # to a server on this machine


@dataclass(frozen=True)
class SmtpSettings:
    """The server that takes e-mails."""

    host: str
    port: int
    security: SmtpSecurity
    sender: str
    username: str | None = None
    password_file: Path | None = None

    def password(self) -> str:
        """What the file holds now; empty without one. Raises SettingError."""
        return _secret("HEARTHBEAT_SMTP_PASSWORD_FILE", self.password_file) if self.password_file else ""


@dataclass(frozen=True)
class WebhookSettings:
    """Where programs are told, and the file with the secret that signs it."""

    url: str
    secret_file: Path

    def secret(self) -> str:
        """What the file holds now. Raises SettingError."""
        return _secret("HEARTHBEAT_WEBHOOK_SECRET_FILE", self.secret_file)


@dataclass(frozen=True)
class Settings:
    """All settings, checked."""

    database_url: str
    broker: BrokerSettings
    broker_passwords_file: (
        Path | None
    )  # written by the gateway for the broker: every hub, and the gateway if it has no listener of its own
    web_host: str
    web_port: int
    metrics_port: int | None = None  # of health and numbers, beside other roles than `web`
    public_url: str = ""  # of the console, as people reach it: what notifications link to
    smtp: SmtpSettings | None = None
    webhook: WebhookSettings | None = None
    keep_raw: timedelta = timedelta(days=90)  # devices' own bytes; readings are kept for good
    canary_s: int = 60  # from one reading of the canary to the next; 0: there is none
    gateway_passwords_file: Path | None = None  # written for the gateway's own listener at the broker


VARIABLES = """\
HEARTHBEAT_DATABASE_URL           postgresql://USER:PASSWORD@HOST:PORT/NAME (needed)
HEARTHBEAT_BROKER_HOST            127.0.0.1
HEARTHBEAT_BROKER_PORT            1883; with a listener of the gateway's own, the port of that one
HEARTHBEAT_BROKER_USERNAME        gateway
HEARTHBEAT_BROKER_PASSWORD_FILE   the gateway's own password for the broker (needed)
HEARTHBEAT_BROKER_PASSWORDS_FILE  where to write hubs' passwords for the broker; not set: they are not written
HEARTHBEAT_BROKER_GATEWAY_PASSWORDS_FILE
                                  the same for the gateway's own listener; not set: it is in the hubs' file
HEARTHBEAT_WEB_HOST               127.0.0.1
HEARTHBEAT_WEB_PORT               8420
HEARTHBEAT_METRICS_PORT           a port for /metrics, /livez and /readyz alone; not set: `web` has them
HEARTHBEAT_PUBLIC_URL             the console as people reach it, for links; else http://WEB_HOST:WEB_PORT
HEARTHBEAT_SMTP_HOST              the server that takes e-mails; not set: nobody is told by e-mail
HEARTHBEAT_SMTP_PORT              587
HEARTHBEAT_SMTP_SECURITY          starttls; or tls, or none (to a server on this machine)
HEARTHBEAT_SMTP_FROM              the sender's address (needed with a host)
HEARTHBEAT_SMTP_USERNAME          not set: without signing in
HEARTHBEAT_SMTP_PASSWORD_FILE     needed with a user name
HEARTHBEAT_WEBHOOK_URL            where programs are told (https); not set: they are not
HEARTHBEAT_WEBHOOK_SECRET_FILE    the secret that signs it (needed with a URL)
HEARTHBEAT_CANARY_S               60: how often a test reading is sent all the way; 0: never
HEARTHBEAT_RAW_DAYS               90: how long devices' own bytes are kept; readings are kept for good
"""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `environment`. Raises SettingError."""
    passwords = environment.get("HEARTHBEAT_BROKER_PASSWORDS_FILE")
    own_passwords = environment.get("HEARTHBEAT_BROKER_GATEWAY_PASSWORDS_FILE")
    web_host = environment.get("HEARTHBEAT_WEB_HOST", "127.0.0.1")
    web_port = _port(environment, "HEARTHBEAT_WEB_PORT", "8420")
    return Settings(
        database_url=database_url(environment),
        broker=BrokerSettings(
            host=environment.get("HEARTHBEAT_BROKER_HOST", "127.0.0.1"),
            port=_port(environment, "HEARTHBEAT_BROKER_PORT", "1883"),
            username=environment.get("HEARTHBEAT_BROKER_USERNAME", "gateway"),
            password_file=Path(_needed(environment, "HEARTHBEAT_BROKER_PASSWORD_FILE", "a file's path")),
        ),
        broker_passwords_file=Path(passwords) if passwords else None,
        web_host=web_host,
        web_port=web_port,
        metrics_port=(
            _port(environment, "HEARTHBEAT_METRICS_PORT", "")
            if environment.get("HEARTHBEAT_METRICS_PORT")
            else None
        ),
        public_url=environment.get("HEARTHBEAT_PUBLIC_URL", f"http://{web_host}:{web_port}").rstrip("/"),
        smtp=_smtp(environment) if environment.get("HEARTHBEAT_SMTP_HOST") else None,
        webhook=_webhook(environment) if environment.get("HEARTHBEAT_WEBHOOK_URL") else None,
        keep_raw=timedelta(days=_whole(environment, "HEARTHBEAT_RAW_DAYS", "90", "days", RAW_DAYS)),
        canary_s=_whole(environment, "HEARTHBEAT_CANARY_S", "60", "seconds", CANARY_S),
        gateway_passwords_file=Path(own_passwords) if own_passwords else None,
    )


def _smtp(environment: Mapping[str, str]) -> SmtpSettings:
    security = environment.get("HEARTHBEAT_SMTP_SECURITY", SmtpSecurity.STARTTLS)
    if security not in set(SmtpSecurity):
        raise SettingError(f"HEARTHBEAT_SMTP_SECURITY is {security!r}: expected {', '.join(SmtpSecurity)}")
    username = environment.get("HEARTHBEAT_SMTP_USERNAME")
    return SmtpSettings(
        host=environment["HEARTHBEAT_SMTP_HOST"],
        port=_port(environment, "HEARTHBEAT_SMTP_PORT", "587"),
        security=SmtpSecurity(security),
        sender=_mailbox(environment, "HEARTHBEAT_SMTP_FROM", "the sender's address"),
        username=username,
        password_file=(
            Path(_needed(environment, "HEARTHBEAT_SMTP_PASSWORD_FILE", "a file's path")) if username else None
        ),
    )


def _webhook(environment: Mapping[str, str]) -> WebhookSettings:
    url = environment["HEARTHBEAT_WEBHOOK_URL"]
    if urlsplit(url).scheme not in {"http", "https"}:
        raise SettingError("HEARTHBEAT_WEBHOOK_URL: expected https://HOST/PATH")
    return WebhookSettings(url, Path(_needed(environment, "HEARTHBEAT_WEBHOOK_SECRET_FILE", "a file's path")))


def database_url(environment: Mapping[str, str] = os.environ) -> str:
    """The database, for commands that need nothing else. Raises SettingError."""
    expected = "postgresql://USER:PASSWORD@HOST:PORT/NAME, with what is special in the password as %XX"
    url = _needed(environment, "HEARTHBEAT_DATABASE_URL", expected)
    if not connection.is_database_url(url):
        raise SettingError(f"HEARTHBEAT_DATABASE_URL cannot be read: expected {expected}")
    return url


def _secret(setting: str, file: Path, *, hint: str = "") -> str:
    """What the file that `setting` names holds now. Raises SettingError."""
    try:
        return file.read_text().strip()
    except OSError as error:
        raise SettingError(f"{setting}: cannot read {file} ({error.strerror}){hint}") from error


def _needed(environment: Mapping[str, str], name: str, expected: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingError(f"{name} is not set: expected {expected}")
    return value


def _mailbox(environment: Mapping[str, str], name: str, expected: str) -> str:
    try:
        return check_mailbox(_needed(environment, name, expected))
    except ValueError as error:
        raise SettingError(f"{name} cannot be used: {error}") from error


def _port(environment: Mapping[str, str], name: str, default: str) -> int:
    value = environment.get(name, default)
    if not value.isdecimal() or not 1 <= int(value) <= LAST_PORT:
        raise SettingError(f"{name} is {value!r}: expected a port, 1 to {LAST_PORT}")
    return int(value)


def _whole(environment: Mapping[str, str], name: str, default: str, unit: str, allowed: range) -> int:
    value = environment.get(name, default)
    if not value.isdecimal() or int(value) not in allowed:
        raise SettingError(f"{name} is {value!r}: expected {unit}, {allowed[0]} to {allowed[-1]}")
    return int(value)
