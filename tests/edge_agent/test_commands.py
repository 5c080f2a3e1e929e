from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from edge_agent.cli import main
from edge_agent.outbox import Outbox
from edge_agent.wire.messages import Quarantined, Receipt
from tests.edge_agent.samples import SCALE, weight
from tests.servers.ports import free_port


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    (tmp_path / "hub.toml").write_text(
        f'hub = "hub-1"\nclock = "trusted"\n[broker]\nhost = "127.0.0.1"\nport = {free_port()}\n'
    )
    return tmp_path


def call(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"HEARTHBEAT_HUB_HOME": str(home)})


def test_a_hub_that_never_ran_says_so(hub: Path) -> None:
    assert call(hub, "status").output == "Hub hub-1 has not run yet.\n"
    assert not (hub / "outbox.db").exists()


def test_an_empty_outbox_is_said(hub: Path) -> None:
    Outbox(hub / "outbox.db").close()
    assert call(hub, "status").output.splitlines()[:-1] == [
        "Hub hub-1 does not run.",
        "No reading so far.",
        "The gateway has confirmed nothing yet.",
        "The clock is right.",
    ]


def test_a_broker_that_does_not_answer_is_said(hub: Path) -> None:
    Outbox(hub / "outbox.db").close()
    last = call(hub, "status").output.splitlines()[-1]
    assert last.endswith("does not answer (Connection refused): readings are kept here.")


def test_the_status_says_what_waits_and_what_could_not_be_used(hub: Path) -> None:
    now = datetime.now(UTC)
    with Outbox(hub / "outbox.db") as outbox:
        outbox.add_all(weight(captured_at=now) for _ in range(3))
        refused = Quarantined(position=2, reason="measured before 1980")
        outbox.settle(Receipt(batch_id=uuid4(), epoch=outbox.epoch, stored=(1,), quarantined=(refused,)), now)
        outbox.add_unreadable("AA:BB", 0x2A35, b"\x01", "byte 1", now)
        outbox.devices.seen(SCALE, now, name="Scale", battery_percent=80)
    (hub / "outbox.db.damaged-20260301T120000.000000Z").touch()
    assert call(hub, "status").output.splitlines()[:-1] == [
        "Hub hub-1 does not run.",
        "1 reading waiting to be sent, the oldest measured just now.",
        "The gateway last confirmed readings just now.",
        "1 reading reached the gateway and could not be used there:",
        "  1 x measured before 1980",
        "1 message of devices could not be read. They are kept.",
        "Scale (AA:BB:CC:00:00:01): battery 80 %, last seen just now.",
        "`hearthbeat-hub doctor` says what to do about this:",
        "  A damaged outbox was set aside: what it held may not have arrived.",
        "The clock is right.",
    ]


@pytest.mark.parametrize("command", ["run", "status"])
def test_wrong_settings_end_with_one_line_and_status_2(tmp_path: Path, command: str) -> None:
    result = call(tmp_path, command)
    assert result.exit_code == 2
    assert result.output == f"Error: {tmp_path}/hub.toml: cannot be read: No such file or directory\n"


def test_a_damaged_outbox_ends_with_one_line_and_status_2(hub: Path) -> None:
    (hub / "outbox.db").write_bytes(b"no database" * 100)
    result = call(hub, "status")
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert f"{hub}/outbox.db" in result.output


def test_help_does_not_wait_for_the_radio() -> None:
    check = "import sys, edge_agent.cli; sys.exit(any(name in sys.modules for name in ('bleak', 'paho')))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
