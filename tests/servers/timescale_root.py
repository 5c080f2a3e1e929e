"""A small Debian system with TimescaleDB (Apache edition) in a cache folder: made once, used by every run.

`python -m tests.servers.timescale_root` makes it ahead of the tests.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.servers.programs import program

SUITE = "trixie"  # the first Debian that packages TimescaleDB
PACKAGE = "postgresql-17-timescaledb"
POSTGRES_BIN = "/usr/lib/postgresql/17/bin"

AS_ROOT_OF_OWN_NAMESPACE = () if os.geteuid() == 0 else ("unshare", "--map-auto", "--map-root-user")
"""What an ordinary user puts before a command that must be root of the system's files."""


def ensure_root(say: Callable[[str], None]) -> Path:
    """The system's root folder, made first where it is missing (20 to 60 seconds, 540 MB).

    Raises RuntimeError when the programs or the package mirror for it are missing.
    """
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    root = cache / f"{SUITE}-{PACKAGE}"
    with (cache / f"{root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            say("Making a small Debian system with TimescaleDB (once, about a minute) ...")
            _make(root)
    return root


def cache_folder() -> Path:
    """XDG_CACHE_HOME where it is set; otherwise root's is the system's."""
    fallback = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or fallback) / "hearthbeat"


def _make(root: Path) -> None:
    if AS_ROOT_OF_OWN_NAMESPACE:
        program("newuidmap", "uidmap")
        _run("unshare", "--user", "true")  # where that is forbidden, --map-auto would wait for ever
    partial = root.with_suffix(".partial")  # a run cut short leaves no half system behind
    _run(*AS_ROOT_OF_OWN_NAMESPACE, "rm", "-rf", str(partial))
    bootstrap = (
        program("mmdebstrap", "mmdebstrap"),
        "--variant=minbase",
        f"--include={PACKAGE},ca-certificates",
    )
    if not AS_ROOT_OF_OWN_NAMESPACE:
        _run(*bootstrap, SUITE, str(partial))
    else:
        archive = partial.with_suffix(".tar")
        _run(*bootstrap, "--mode=unshare", SUITE, str(archive))
        partial.mkdir()
        unpack = ("tar", "--extract", "--exclude=./dev/*", f"--file={archive}", f"--directory={partial}")
        _run(*AS_ROOT_OF_OWN_NAMESPACE, *unpack)
        archive.unlink()
    partial.rename(root)


def _run(*command: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = "\n".join(done.stderr.splitlines()[-5:])
        raise RuntimeError(f"{Path(command[0]).name} failed ({done.returncode}):\n{last}")


if __name__ == "__main__":
    try:
        ensure_root(print)
    except RuntimeError as failure:
        sys.exit(str(failure))
