"""What the gateway tells of care teams is kept: until it tells something else, over restarts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from edge_agent.outbox import Outbox
from edge_agent.publisher import HubHealth
from edge_agent.publisher.downlink import Downlink
from edge_agent.publisher.hub_status import StatusReport
from edge_agent.send_window import SendWindow
from edge_agent.wire.messages import CareCommand, HubStatus
from edge_agent.wire.topics import Channel, topic
from tests.edge_agent.page.home_page import office_hours
from tests.edge_agent.samples import NOON


def says(outbox: Outbox) -> str | None:
    status = StatusReport(outbox, HubHealth).message(NOON, 0.0)
    return HubStatus.model_validate_json(status).care


def hear(outbox: Outbox, command: bytes) -> None:
    downlink = Downlink(
        *("hub-1", outbox, SendWindow()), clock=lambda: NOON, changed=lambda: None, on_receipt=lambda _: None
    )
    downlink.receive(topic("hub-1", Channel.COMMANDS), command)


def test_it_is_kept_and_said_in_the_status(tmp_path: Path) -> None:
    told = office_hours()
    with Outbox(tmp_path / "outbox.db") as outbox:
        assert says(outbox) == ""
        hear(outbox, told.model_dump_json().encode())
        assert says(outbox) == told.edition
    with Outbox(tmp_path / "outbox.db") as outbox:
        assert outbox.care.load() == told
        other = CareCommand(edition="f" * 16, teams=())
        hear(outbox, other.model_dump_json().encode())
        assert outbox.care.load() == other


def test_nonsense_changes_nothing(tmp_path: Path) -> None:
    told = office_hours()
    good = told.model_dump_json()
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.care.store(told)
        for nonsense in (
            good.replace('"UTC"', '"Europe/Atlantis"'),
            good.replace('"UTC"', '"../etc/passwd"'),
            good.replace('"opens":480', '"opens":1200'),
            good.replace('"weekday":1', '"weekday":8'),
            good.replace('"holidays":[]', '"holidays":["soon"]'),
            good.replace('"teams"', '"patient":"Jo Doe","teams"'),
        ):
            assert nonsense != good
            hear(outbox, nonsense.encode())
            assert outbox.care.load() == told


def test_what_cannot_be_read_any_more_is_asked_for_again(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.care.store(office_hours())
    with closing(sqlite3.connect(tmp_path / "outbox.db", isolation_level=None)) as database:
        database.execute("UPDATE care SET content = replace(content, 'UTC', 'Europe/Atlantis')")
    with Outbox(tmp_path / "outbox.db") as outbox:
        assert outbox.care.load() is None
        assert says(outbox) == ""
