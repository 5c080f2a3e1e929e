"""What `add` returned from is on disk, also when the process is killed at any moment."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from edge_agent.outbox import Outbox
from edge_agent.wire.messages import Reading

WRITER = """
import sys
from pathlib import Path
from edge_agent.outbox import Outbox
from tests.edge_agent.samples import weight

with Outbox(Path(sys.argv[1])) as outbox:
    while True:
        reading = weight()
        outbox.add(lambda _: reading)
        print(reading.reading_id, flush=True)
"""


@pytest.mark.parametrize("after_s", [0.0, 0.013, 0.05])
def test_what_was_kept_survives_a_kill(tmp_path: Path, after_s: float) -> None:
    file = tmp_path / "outbox.db"
    told: list[str] = []
    for _ in range(4):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, file], stdout=subprocess.PIPE, text=True)
        with writer:
            assert writer.stdout is not None
            told.append(writer.stdout.readline().strip())
            time.sleep(after_s)
            writer.kill()
            told.extend(line.strip() for line in writer.stdout if line.endswith("\n"))
    with Outbox(file) as outbox:
        assigned = outbox.counts().assigned
        kept = [
            str(Reading.model_validate_json(content).reading_id)
            for content in outbox.contents(outbox.epoch, 1, assigned)
        ]
    assert len(kept) == assigned == len(set(kept))  # no hole, nothing twice
    assert set(told) <= set(kept)
    assert len(kept) <= len(told) + 4  # at most one a kill was on disk and not told yet
