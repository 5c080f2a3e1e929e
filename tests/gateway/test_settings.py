"""Settings: what is missing or wrong is said, and never with the secret in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.settings import BrokerSettings, SettingError, read_settings

GOOD = {
    "HEARTHBEAT_DATABASE_URL": "postgresql://hearthbeat:secret@127.0.0.1:5432/hearthbeat",
    "HEARTHBEAT_BROKER_PASSWORD_FILE": "/run/hearthbeat/broker",
}


def test_what_is_not_set_has_a_default() -> None:
    settings = read_settings(GOOD)
    assert (settings.broker.host, settings.broker.port, settings.broker.username) == (
        "127.0.0.1",
        1883,
        "gateway",
    )
    assert (settings.web_host, settings.web_port, settings.broker_passwords_file) == ("127.0.0.1", 8420, None)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HEARTHBEAT_DATABASE_URL", "", "is not set"),
        ("HEARTHBEAT_DATABASE_URL", "postgresql://hearthbeat:sec%ret@127.0.0.1/x", "cannot be read"),
        ("HEARTHBEAT_BROKER_PASSWORD_FILE", "", "is not set"),
        ("HEARTHBEAT_BROKER_PORT", "mqtt", "expected a port"),
        ("HEARTHBEAT_WEB_PORT", "70000", "expected a port"),
        ("HEARTHBEAT_RAW_DAYS", "0", "expected days"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingError) as refused:
        read_settings(GOOD | {name: value})
    assert name in str(refused.value)
    assert said in str(refused.value)
    assert "sec%ret" not in str(refused.value)


def test_numbers_have_a_port_of_their_own_only_if_it_is_set() -> None:
    assert read_settings(GOOD).metrics_port is None
    assert read_settings(GOOD | {"HEARTHBEAT_METRICS_PORT": ""}).metrics_port is None
    assert read_settings(GOOD | {"HEARTHBEAT_METRICS_PORT": "9420"}).metrics_port == 9420
    with pytest.raises(SettingError, match="HEARTHBEAT_METRICS_PORT"):
        read_settings(GOOD | {"HEARTHBEAT_METRICS_PORT": "99999"})


def test_notifications_go_nowhere_until_it_is_said_where() -> None:
    settings = read_settings(GOOD)
    assert (settings.smtp, settings.webhook, settings.public_url) == (None, None, "http://127.0.0.1:8420")
    mail = GOOD | {"HEARTHBEAT_SMTP_HOST": "mail.example", "HEARTHBEAT_SMTP_FROM": "us@clinic.example"}
    smtp = read_settings(mail).smtp
    assert smtp is not None
    assert (smtp.port, smtp.security, smtp.password()) == (587, "starttls", "")


@pytest.mark.parametrize(
    ("given", "lacks"),
    [
        ({"HEARTHBEAT_SMTP_HOST": "mail.example"}, "HEARTHBEAT_SMTP_FROM"),
        (
            {
                "HEARTHBEAT_SMTP_HOST": "mail.example",
                "HEARTHBEAT_SMTP_FROM": "us@clinic.example",
                "HEARTHBEAT_SMTP_USERNAME": "us",
            },
            "HEARTHBEAT_SMTP_PASSWORD_FILE",
        ),
        (
            {"HEARTHBEAT_SMTP_HOST": "mail.example", "HEARTHBEAT_SMTP_SECURITY": "no"},
            "HEARTHBEAT_SMTP_SECURITY",
        ),
        ({"HEARTHBEAT_WEBHOOK_URL": "https://receiver.example/"}, "HEARTHBEAT_WEBHOOK_SECRET_FILE"),
        ({"HEARTHBEAT_WEBHOOK_URL": "receiver.example"}, "HEARTHBEAT_WEBHOOK_URL"),
    ],
)
def test_a_way_out_that_is_half_said_is_refused(given: dict[str, str], lacks: str) -> None:
    with pytest.raises(SettingError, match=lacks):
        read_settings(GOOD | given)


def test_the_share_group_is_of_the_password_and_says_nothing_of_it(tmp_path: Path) -> None:
    def group(password: str) -> str:
        (tmp_path / "password").write_text(f"{password}\n")
        return BrokerSettings("127.0.0.1", 1883, "gateway", tmp_path / "password").share_group()

    assert group("one") == group("one")
    assert re.fullmatch(r"[0-9a-f]{32}", group("one"))
    assert group("one") != group("another")
