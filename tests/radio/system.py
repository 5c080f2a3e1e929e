"""A small Debian with its kernel, bluetoothd, broker and Python: made once, kept in the cache folder."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

from tests.servers.programs import program
from tests.servers.timescale_root import cache_folder

PROJECT = Path(__file__).parents[2]
PINS = PROJECT / "requirements-radio.txt"
KERNELS = {"bookworm": "linux-image-6.1.0-47-amd64", "trixie": "linux-image-amd64"}
"""By suite, the package. Not bookworm's latest, which fails (docs/bluez.md, "Kernels that fail")."""
PACKAGES = (
    "bluez", "busybox-static", "ca-certificates", "dbus", "iproute2", "mosquitto", "python3", "tzdata",
)  # fmt: skip
LIBRARIES = "opt/radio"
WHEELS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
HUB = "usr/bin/hearthbeat-hub"
START_HUB = """#!/usr/bin/python3
from edge_agent.cli import main
main()
"""


class SystemNotMade(Exception):
    """The guest's system cannot be made. Says what failed."""


def ensure_system(suite: str, kernel: str, say: Callable[[str], None]) -> Path:
    """Its root folder, made first where it is missing (a few minutes, 800 MB). Raises SystemNotMade."""
    name = f"radio-{suite}-{kernel}"
    root = cache_folder() / f"{name}-{_edition()}"
    root.parent.mkdir(parents=True, exist_ok=True)
    with (root.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            say(f"Making a small Debian {suite} with {kernel} and bluetoothd (once, some minutes) ...")
            for old in root.parent.glob(f"{name}-*"):
                _run("rm", "-rf", str(old))
            _make(suite, kernel, root)
    return root


def kernel_of(root: Path) -> str:
    """The release of the system's one kernel."""
    [kernel] = (root / "lib/modules").iterdir()
    return kernel.name


def _edition() -> str:
    """Another one for other contents."""
    content = PINS.read_bytes() + " ".join(PACKAGES).encode() + START_HUB.encode()
    return hashlib.sha256(content).hexdigest()[:12]


def _make(suite: str, kernel: str, root: Path) -> None:
    partial = root.with_name(
        f"radio-{suite}-{kernel}-partial"
    )  # a run cut short leaves no half system behind
    _run("rm", "-rf", str(partial))
    _run(
        program("mmdebstrap", "mmdebstrap"),
        "--variant=minbase",
        f"--include={','.join((kernel, *PACKAGES))}",
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--essential-hook=mkdir -p $1/etc/initramfs-tools",
        # The guest has an initrd of its own.
        "--essential-hook=ln -sf /bin/true $1/usr/sbin/update-initramfs",
        suite,
        str(partial),
    )
    _add_libraries(partial)
    _add_description(partial / LIBRARIES)
    hub = partial / HUB
    hub.write_text(START_HUB)
    hub.chmod(0o755)
    partial.rename(root)


def _add_libraries(root: Path) -> None:
    """By this machine's pip and its settings, for the guest's Python."""
    version = (root / "usr/bin/python3").readlink().name.removeprefix("python")
    platforms = [argument for wheel in WHEELS for argument in ("--platform", wheel)]
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "--require-hashes",
    )
    kind = ("--python-version", version, *platforms, "--only-binary=:all:")
    _run(*pip, *kind, "--target", str(root / LIBRARIES), "--requirement", str(PINS))


def _add_description(libraries: Path) -> None:
    """The project lies at /src as it is; a hub asks its description alone for the version that it tells."""
    project = distribution("hearthbeat")
    folder = libraries / f"hearthbeat-{project.version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(project.read_text("METADATA") or "")


def _run(*command: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = "\n".join(done.stderr.splitlines()[-5:])
        raise SystemNotMade(f"{Path(command[0]).name} failed ({done.returncode}):\n{last}")
