"""The data folder: private, for one demo at a time, and refused at once where it cannot be."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from pathlib import Path

import pytest

from simulators.demo.errors import DemoError
from simulators.demo.folder import Account, Folder, default_home, make_for, secret, write_private
from tests.servers.patience import PATIENCE_S
from tests.servers.processes import command
from tests.servers.programs import program

AS_OTHERS = (program("setpriv", "util-linux"), "--bounding-set=-dac_override") if os.geteuid() == 0 else ()
"""Root writes where it may not by one right alone, which is left out here."""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_inside_is_closed_to_others(folder: Folder) -> None:
    assert {mode(each) for each in folder.home.iterdir()} == {0o700}
    assert mode(folder.home) == (0o711 if os.geteuid() == 0 else 0o700)


def test_a_second_demo_on_the_same_folder_is_refused(folder: Folder) -> None:
    with (
        folder.lock(),
        pytest.raises(DemoError, match=f"another demo is running on {folder.home}"),
        folder.lock(),
    ):
        pass
    with folder.lock():
        pass


def test_a_folder_without_permission_ends_the_demo_with_one_line(folder: Folder) -> None:
    closed = folder.home / "closed"
    closed.mkdir(mode=0o500)
    demo = subprocess.run(
        [*AS_OTHERS, command("hearthbeat-sim"), "demo", f"--home={closed / 'data'}"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert demo.returncode == 1
    assert demo.stderr == (
        f"Error: the data folder {closed / 'data'} cannot be used: Permission denied ({closed / 'data'}). "
        "Set HEARTHBEAT_HOME to a folder that is yours\n"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_a_folder_behind_a_closed_one_is_refused(folder: Folder) -> None:
    nobody = pwd.getpwnam("nobody")
    folder.home.chmod(0o700)
    with pytest.raises(DemoError, match="a folder above it is closed"):
        make_for(folder.postgres, Account(nobody.pw_name, nobody.pw_uid, nobody.pw_gid))


def test_a_secret_is_made_once_and_is_private(folder: Folder) -> None:
    path = folder.secrets / "word"
    word = secret(path)
    assert len(word) >= 32
    assert secret(path) == word
    assert mode(path) == 0o600


def test_a_private_file_is_replaced_whole(folder: Folder) -> None:
    path = folder.home / "file"
    write_private(path, "one")
    before = path.stat().st_ino
    write_private(path, "two")
    assert path.read_text() == "two"
    assert path.stat().st_ino != before
    assert mode(path) == 0o600


def test_an_ordinary_user_keeps_data_where_the_desktop_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_home({"XDG_DATA_HOME": "/data"}) == Path("/data/hearthbeat")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_home({"XDG_DATA_HOME": "/data"}) == Path("/var/lib/hearthbeat")
