"""A hub's life in a process of its own, without radio and broker: readings kept, receipted, forgotten.

`python -m simulators.bench.hub_life FOLDER READINGS` prints a JSON object for each tenth of them.
"""

from __future__ import annotations

import json
import struct
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from edge_agent.intake import Capture, ConnectedDevice, Intake
from edge_agent.outbox import Outbox
from edge_agent.wire.deferred_imports import deferred_imports
from edge_agent.wire.messages import Device, Receipt

with deferred_imports():
    from edge_agent import agent

DEVICES: Final = [Device(identifier=f"C0:00:00:00:00:{number:02X}") for number in range(4)]
BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)
EVERY: Final = timedelta(hours=1)
"""24 readings a day from four devices: more than a patient takes."""
BATCH: Final = 24


def run_hub_life(folder: Path, count: int) -> None:
    _ = agent.run  # with all that a hub at work holds in memory
    with Outbox(folder / "outbox.db") as outbox:
        for number in range(count):
            at = BEGAN + number * EVERY
            _take(outbox, number, at)
            if number % BATCH == BATCH - 1:
                positions = tuple(range(number - BATCH + 2, number + 2))
                outbox.settle(Receipt(batch_id=uuid4(), epoch=outbox.epoch, stored=positions), at)
                outbox.prune(at)
            if number % (count // 10) == count // 10 - 1:
                sys.stdout.write(json.dumps({"readings": number + 1, **_usage()}) + "\n")


def _take(outbox: Outbox, number: int, at: datetime) -> None:
    """One connection of a cuff that tells the time and one blood pressure."""
    device = DEVICES[number % len(DEVICES)]
    intake = Intake(device.identifier, outbox, lambda: None)
    intake.begin(ConnectedDevice("hub-1", UTC, device, timedelta()))
    clock = struct.pack("<H5B", at.year, at.month, at.day, at.hour, at.minute, at.second)
    raw = b"\x06" + struct.pack("<3H", 110 + number % 60, 70 + number % 20, 0x07FF) + clock + b"\x47\x00"
    intake.take(Capture(0x2A35, raw, at))
    intake.finish()


def _usage() -> dict[str, float]:
    """Resident memory, CPU time and bytes written so far (proc(5): status, io)."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    io = dict(line.split(": ", 1) for line in Path("/proc/self/io").read_text().splitlines())
    return {
        "resident_mib": int(status["VmRSS"].split()[0]) / 1024,
        "cpu_s": time.process_time(),
        "written_bytes": int(io["wchar"]),
        "to_disk_bytes": int(io["write_bytes"]),
    }


if __name__ == "__main__":
    run_hub_life(Path(sys.argv[1]), int(sys.argv[2]))
