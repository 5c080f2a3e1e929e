"""What the kernel finds first: the modules that lead to the guest's folders, and a script that goes there."""

from __future__ import annotations

import gzip
import lzma
import stat
from collections.abc import Iterator
from pathlib import Path
from string import Template

MODULES = (
    "9p", "9pnet_virtio", "virtio_pci", "overlay",  # to reach the folders
    "jitterentropy_rng", "hmac", "sha256_generic", "sha512_generic", "ctr", "drbg",  # random numbers, which
    "ecdh_generic", "cmac", "ecb", "ccm", "algif_hash", "algif_skcipher",  # pairing wants
    "hci_vhci", "uhid",  # a controller without hardware; what bluetoothd asks for
)  # fmt: skip
FOLDERS = ("bin", "modules", "proc", "sys", "dev")
INIT = Path(__file__).with_name("init.sh")


def write_initrd(system: Path, kernel: str, init_fields: dict[str, str], to: Path) -> None:
    """Pack busybox and the modules of `system`'s kernel, in the order in which they need each other."""
    entries = dict.fromkeys(FOLDERS, (stat.S_IFDIR | 0o755, b""))
    entries["bin/busybox"] = (stat.S_IFREG | 0o755, (system / "bin/busybox").read_bytes())
    for number, module in enumerate(_in_order(system / "lib/modules" / kernel)):
        name = module.name.removesuffix(".xz")
        entries[f"modules/{number:03}-{name}"] = (stat.S_IFREG | 0o644, _unpacked(module))
    script = Template(INIT.read_text()).substitute(init_fields)
    entries["init"] = (stat.S_IFREG | 0o755, script.encode())
    to.write_bytes(gzip.compress(b"".join(_archive(entries)), compresslevel=1))


def _in_order(folder: Path) -> list[Path]:
    """The files of MODULES and of what they need, each after what it needs; one that is built in has none."""
    parted = (line.partition(":") for line in (folder / "modules.dep").read_text().splitlines())
    needs = {file: others.split() for file, _, others in parted}
    named = {Path(file).name.partition(".")[0].replace("-", "_"): file for file in needs}
    ordered: dict[str, None] = {}
    for module in MODULES:
        file = named.get(module)
        if file is not None:
            ordered.update(dict.fromkeys([*reversed(needs[file]), file]))
    return [folder / file for file in ordered]


def _unpacked(module: Path) -> bytes:
    content = module.read_bytes()
    return lzma.decompress(content) if module.suffix == ".xz" else content


def _archive(entries: dict[str, tuple[int, bytes]]) -> Iterator[bytes]:
    """The newc form of cpio (Linux, Documentation/driver-api/early-userspace/buffer-format.rst)."""
    for number, (name, (mode, content)) in enumerate([*entries.items(), ("TRAILER!!!", (0, b""))], start=1):
        path = name.encode() + b"\0"
        fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(path), 0)
        yield _padded(b"070701" + b"".join(b"%08X" % field for field in fields) + path)
        yield _padded(content)


def _padded(piece: bytes) -> bytes:
    return piece + b"\0" * (-len(piece) % 4)
