"""Files that were cut, overwritten or emptied, disks without room, and copies on another machine."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from edge_agent import storage
from edge_agent.hub_clock import TrustedClock
from edge_agent.outbox import Outbox, OutboxDamaged, those_set_aside
from edge_agent.storage import Disk, open_outbox, problems, this_machine
from edge_agent.wire.codes import HubProblem
from tests.edge_agent.samples import weight

CLOCK = TrustedClock()


def filled(path: Path, count: int = 300) -> bytes:
    """An outbox, closed; its bytes."""
    with Outbox(path) as outbox:
        outbox.add_all(weight() for _ in range(count))
    return path.read_bytes()


def cut(path: Path, whole: bytes) -> None:
    path.write_bytes(whole[: len(whole) // 2])


def overwrite(path: Path, whole: bytes) -> None:
    path.write_bytes(whole[:8192] + bytes(range(256)) * 16 + whole[12288:])


def empty(path: Path, _: bytes) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, overwrite, empty])
def test_a_damaged_outbox_is_set_aside_and_told_never_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path, bytes], None]
) -> None:
    file = tmp_path / "outbox.db"
    whole = filled(file)
    with Outbox(file) as outbox:
        epoch = outbox.epoch
    damage(file, whole)
    damaged = file.read_bytes()
    with pytest.raises(OutboxDamaged):
        Outbox(file)
    assert file.read_bytes() == damaged
    with caplog.at_level(logging.WARNING), open_outbox(file, CLOCK) as begun:
        assert (begun.counts().assigned, begun.epoch != epoch) == (0, True)
    (aside,) = those_set_aside(file)
    assert aside.read_bytes() == damaged
    assert f"outbox_set_aside file={aside.name}" in caplog.text
    assert problems(file, Disk(tmp_path, 0)) == (HubProblem.OUTBOX_SET_ASIDE,)


def test_two_damaged_outboxes_are_both_kept(tmp_path: Path) -> None:
    file = tmp_path / "outbox.db"
    for number in range(2):
        file.write_bytes(b"%d" % number)
        open_outbox(file, CLOCK).close()
    assert {aside.read_bytes() for aside in those_set_aside(file)} == {b"0", b"1"}


def test_a_kill_while_the_first_outbox_is_made_leaves_nothing_that_looks_damaged(tmp_path: Path) -> None:
    (tmp_path / "outbox.db.new").write_bytes(b"half")
    with open_outbox(tmp_path / "outbox.db", CLOCK) as outbox:
        assert outbox.counts().assigned == 0
    assert those_set_aside(tmp_path / "outbox.db") == []


def test_an_outbox_of_the_first_version_goes_on(tmp_path: Path) -> None:
    file, now = tmp_path / "outbox.db", Path(storage.__file__).parent / "outbox"
    make = (
        "import sqlite3, sys; database = sqlite3.connect(sys.argv[1]);"
        "database.executescript(open(sys.argv[2]).read() + 'PRAGMA user_version = 1;'"
        " + 'INSERT INTO epoch (epoch, assigned) VALUES (7, 3);'); database.close()"
    )
    subprocess.run([sys.executable, "-c", make, file, now / "schema.sql"], check=True)
    with Outbox(file) as outbox:
        outbox.add_all([weight()])
        assert (outbox.epoch, outbox.counts().assigned) == (7, 4)


def test_a_copy_on_another_machine_begins_a_new_epoch_with_what_has_no_receipt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "outbox.db"
    epochs: list[int] = []
    for machine in ("one", "one", "other", "other"):
        (tmp_path / machine).write_text(f"{machine}\n")
        monkeypatch.setattr(storage, "MACHINE_ID", tmp_path / machine)
        with open_outbox(file, CLOCK) as outbox:
            if not epochs:
                outbox.add_all([weight()])
            epochs.append(outbox.epoch)
            assert outbox.counts().waiting == 1
    assert epochs[0] == epochs[1] != epochs[2] == epochs[3]


def test_a_machine_without_an_id_is_no_other_machine(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert this_machine(tmp_path / "empty") is None
    assert this_machine(tmp_path / "missing") is None


FILL = """
import sys
from pathlib import Path
from edge_agent.outbox import Outbox, OutboxFull
from edge_agent.storage import Disk, problems
from tests.edge_agent.samples import weight

folder = Path(sys.argv[1])
kept = []
with Outbox(folder / "outbox.db") as outbox:
    try:
        while True:
            reading = weight()
            outbox.add(lambda _: reading)
            kept.append(str(reading.reading_id))
    except OutboxFull as error:
        print(f"full: {error}: {problems(folder / 'outbox.db', Disk(folder))[0]}")
with Outbox(folder / "outbox.db") as outbox:
    from edge_agent.wire.messages import Reading
    contents = outbox.contents(outbox.epoch, 1, outbox.counts().assigned)
    found = [str(Reading.model_validate_json(each).reading_id) for each in contents]
    print(len(kept) > 100 and found == kept)
"""


def test_a_full_disk_keeps_all_that_was_kept_and_says_so(tmp_path: Path) -> None:
    in_a_small_disk = f'mount -t tmpfs -o size=4m hearthbeat "$1" && exec {sys.executable} -c "$2" "$1"'
    namespace = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
    done = subprocess.run(
        ["unshare", *namespace, "sh", "-c", in_a_small_disk, "sh", tmp_path, FILL],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["full: no room on the disk of the outbox: disk-full", "True"], (
        done.stderr
    )
