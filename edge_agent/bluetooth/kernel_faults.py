"""Kernels whose Bluetooth is known to fail, where that was seen, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class KernelFault:
    """A row of the table."""

    version: str
    fails: str
    to_do: str
    source: str


KERNEL_FAULTS: Final = (
    KernelFault(
        "6.1.192",
        "Bluetooth may stop until this machine is restarted, when the adapter is switched off or a paired "
        "device was reset",
        "Restart this machine with kernel 6.1.170 (Debian's linux-image-6.1.0-47), which does not have this "
        "fault. Until then do not switch the adapter off while the hub runs, and restart this machine if "
        "Bluetooth does not answer.",
        "Debian 12's linux-image-6.1.0-57 in a virtual machine, 2026-11: list_del corruption (hci_chan_del "
        "from l2cap_sock_release), 2 of 2 times when the adapter was switched off with a Connect pending, "
        "2 of 2 after a lost bond; never on 6.1.170. The same message: github.com/bluez/bluez/issues/340",
    ),
)


def fault_of(release: str, version: str) -> KernelFault | None:
    """Of the kernel that calls itself so (`uname -r`, `uname -v`). Debian has its number in the second."""
    said = f"{release} {version}"
    rows = (row for row in KERNEL_FAULTS if re.search(rf"(?<![\d.]){re.escape(row.version)}(?![\d.])", said))
    return next(rows, None)
