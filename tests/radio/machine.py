"""The guest: Debian's kernel in an emulator, with the prepared system and this project as its folders."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.radio.initrd import write_initrd
from tests.radio.system import PROJECT, kernel_of
from tests.servers.programs import program

MEMORY_MB = 2560
SHARES = ("system", "project")


@contextmanager
def boot(root: Path, arguments: Sequence[str]) -> Iterator[Iterator[str]]:
    """Start it; yields what it says, line by line, until it has switched itself off. It does not outlive us.

    `arguments` go to `tests.radio.guest`. There is no network, and nothing on this machine is written to.
    """
    kernel = kernel_of(root)
    with tempfile.TemporaryDirectory(prefix="hearthbeat-radio-") as folder:
        initrd = Path(folder) / "initrd.gz"
        write_initrd(root, kernel, {"arguments": " ".join(arguments)}, initrd)
        process = subprocess.Popen(
            _command(root, kernel, initrd),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if process.stdout is None:
            raise RuntimeError("the emulator has no output")
        try:
            yield (line.rstrip() for line in process.stdout)
        finally:
            process.kill()
            process.wait()


def _command(root: Path, kernel: str, initrd: Path) -> list[str]:
    """No KVM: it runs inside other virtual machines too. Its clock is ours, only its processor is slow."""
    shares = [
        argument
        for name, folder in zip(SHARES, (root, PROJECT), strict=True)
        for argument in (
            "-fsdev",
            f"local,id={name},path={folder},security_model=none,readonly=on,multidevs=remap",
            "-device",
            f"virtio-9p-pci,fsdev={name},mount_tag={name}",
        )
    ]
    return [
        program("setpriv", "util-linux"), "--pdeathsig", "KILL",
        program("qemu-system-x86_64", "qemu-system-x86"),
        "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", str(MEMORY_MB),
        "-nodefaults", "-nographic", "-no-reboot", "-serial", "stdio",
        "-kernel", str(root / "boot" / f"vmlinuz-{kernel}"), "-initrd", str(initrd),
        "-append", "console=ttyS0 quiet panic=-1 no_timer_check",  # whose test fails where the host is busy
        *shares,
    ]  # fmt: skip
