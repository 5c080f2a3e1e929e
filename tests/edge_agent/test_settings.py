from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge_agent.settings import DueMeasurement, SettingsError, home, load
from edge_agent.wire.codes import ReadingKind

EVERYWHERE = "::"
GOOD = 'hub = "hub-1"\ntime_zone = "Europe/Vienna"\n[broker]\nhost = "broker.example"\nport = 8883\n'


def written(folder: Path, text: str) -> Path:
    (folder / "hub.toml").write_text(text)
    return folder


def test_what_is_set_is_used(tmp_path: Path) -> None:
    settings = load(written(tmp_path, GOOD))
    assert (settings.hub, settings.broker_host, settings.broker_port) == ("hub-1", "broker.example", 8883)
    assert settings.zone == ZoneInfo("Europe/Vienna")
    assert settings.outbox == tmp_path / "outbox.db"


def test_without_a_time_zone_it_is_the_machines(tmp_path: Path) -> None:
    zone = load(written(tmp_path, GOOD.replace('time_zone = "Europe/Vienna"\n', ""))).zone
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert summer.astimezone(zone).utcoffset() == summer.astimezone().utcoffset()


def test_how_long_to_wait_for_a_receipt_may_be_set(tmp_path: Path) -> None:
    assert load(written(tmp_path, GOOD)).receipt_within_s == 60
    told = GOOD.replace("[broker]", "receipt_within_s = 5\n[broker]")
    assert load(written(tmp_path, told)).receipt_within_s == 5


def test_the_password_lies_beside_it(tmp_path: Path) -> None:
    settings = load(written(tmp_path, GOOD))
    (tmp_path / "broker-password").write_text("secret\n")
    assert settings.password() == "secret"
    assert "secret" not in repr(settings)


def test_the_page_is_for_this_machine_alone_unless_the_home_is_let_in(tmp_path: Path) -> None:
    assert load(written(tmp_path, GOOD)).page.address == "127.0.0.1"
    open_to_the_home = load(written(tmp_path, GOOD + f'[page]\naddress = "{EVERYWHERE}"\nport = 80\n')).page
    assert (open_to_the_home.address, open_to_the_home.port) == (EVERYWHERE, 80)


def test_what_is_due_is_set_by_kind_and_time_of_day(tmp_path: Path) -> None:
    assert load(written(tmp_path, GOOD)).due == ()
    told = '[[due]]\nwhat = "blood pressure"\nat = ["07:00", "19:30"]\n'
    hers = '[[due]]\nwhat = "blood pressure"\nat = ["08:00"]\nuser = 2\n'
    assert load(written(tmp_path, GOOD + told + hers)).due == (
        DueMeasurement(ReadingKind.BLOOD_PRESSURE, (time(7), time(19, 30))),
        DueMeasurement(ReadingKind.BLOOD_PRESSURE, (time(8),), user=2),
    )


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ("what = 'tea'\nat = ['07:00']", "due.what (table 1): expected one of blood pressure, body weight"),
        ("what = 'event'\nat = ['07:00']", "due.what (table 1): expected one of"),
        ("what = 'body weight'\nat = ['7:00']", "due.at (table 1): expected times of day such as ['07:00'"),
        ("what = 'body weight'\nat = ['24:00']", "due.at (table 1): expected times"),
        ("what = 'body weight'\nat = ['07:00', '07:00']", "due.at (table 1): expected times"),
        ("what = 'body weight'\nat = []", "due.at (table 1): expected times"),
        ("what = 'body weight'", "due.at (table 1): expected times"),
        ("what = 'body weight'\nat = ['07:00']\nuser = 256", "due.user (table 1): expected the number"),
        ("what = 'body weight'\nat = ['07:00']\nwhen = 1", "due.when (table 1): unknown key"),
        (
            "what = 'body weight'\nat = ['07:00']\n[[due]]\nwhat = 'body weight'\nat = ['08:00']",
            "due: expected tables [[due]], each of another kind or person",
        ),
        (
            "what = 'body weight'\nat = ['07:00']\n[[due]]\nwhat = 'tea'\nat = ['08:00']",
            "due.what (table 2): expected",
        ),
    ],
)
def test_a_mistake_in_what_is_due_is_named_with_its_table(tmp_path: Path, tables: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load(written(tmp_path, f"{GOOD}[[due]]\n{tables}\n"))
    assert f"{tmp_path / 'hub.toml'}: {said}" in str(raised.value)


def test_a_clock_is_trusted_only_where_somebody_says_so(tmp_path: Path) -> None:
    assert not load(written(tmp_path, GOOD)).trusts_clock
    trusted = load(written(tmp_path, f'clock = "trusted"\n{GOOD}'))
    assert trusted.hub_clock().moment().is_known


@pytest.mark.parametrize("content", [None, "\n"])
def test_no_password_is_said(tmp_path: Path, content: str | None) -> None:
    settings = load(written(tmp_path, GOOD))
    if content is not None:
        settings.password_file.write_text(content)
    with pytest.raises(SettingsError, match=r"broker-password: .*password"):
        settings.password()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("hub-1", "Hub 1"), "hub: expected the hub's name"),
        (("8883", "70000"), "broker.port: expected a number from 1 to 65535"),
        (("8883", '"8883"'), "broker.port: expected a number"),
        (("8883", "8883\ncolour = 1"), "broker.colour: unknown key, known are hub, time_zone"),
        (("[broker]", "[page]\naddress = 'here'\n[broker]"), "page.address: expected '127.0.0.1'"),
        (("[broker]", "clock = 'mine'\n[broker]"), "clock: expected 'network'"),
        (("[broker]", ""), "broker: expected a table"),
        (("[broker]", "receipt_within_s = 0\n[broker]"), "receipt_within_s: expected seconds, 1 to 900"),
        (("Europe/Vienna", "Europe/Nowhere"), "time_zone: expected an IANA time zone"),
        (("Europe/Vienna", "../passwd"), "time_zone: expected an IANA time zone"),
        (("hub =", "hub"), "is not TOML"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load(written(tmp_path, GOOD.replace(*change)))
    assert str(tmp_path / "hub.toml") in str(raised.value)
    assert said in str(raised.value)


def test_no_settings_at_all_are_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"hub\.toml: cannot be read: No such file"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("environ", "is_root", "folder"),
    [
        ({"HEARTHBEAT_HUB_HOME": "/srv/hub", "HOME": "/home/a"}, True, "/srv/hub"),
        ({"HOME": "/root"}, True, "/var/lib/hearthbeat-hub"),
        ({"HOME": "/home/a"}, False, "/home/a/.local/share/hearthbeat-hub"),
        ({"HOME": "/home/a", "XDG_DATA_HOME": "/data"}, False, "/data/hearthbeat-hub"),
    ],
)
def test_where_the_folder_is(environ: dict[str, str], is_root: bool, folder: str) -> None:
    assert home(environ, is_root=is_root) == Path(folder)
