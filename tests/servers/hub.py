"""A real hub for tests: the agent in a process of its own, on the radio of a virtual home."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from edge_agent.wire.messages import Reading
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.processes import Process, command

AT_51A7713 = Path(__file__).with_name("captured") / "edge_agent_51a7713.zip"
"""The agent as it was packed at that commit (`captured/README.md`)."""
RECEIPT_WITHIN_S = 3
"""A minute at home. It doubles each time: what goes to a gateway that was just killed is lost once more."""


@dataclass(frozen=True)
class StoredReading:
    """A reading in the outbox; `outcome` is that of its receipt, None without one."""

    position: int
    reading: Reading
    is_waiting: bool
    outcome: str | None


class Hub(Process):
    """`hearthbeat-hub run`, as `name` with `password` at the broker.

    `packed`: an archive of an earlier version, which runs until `upgrade`.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        password: str,
        *,
        broker_port: int,
        bus: Path,
        packed: Path | None = None,
    ) -> None:
        self.name = name
        port = free_port()
        self.page = f"http://{LOOPBACK}:{port}/"
        self._outbox = folder / "outbox.db"
        folder.mkdir(mode=0o700)
        (folder / "hub.toml").write_text(
            f'hub = "{name}"\nreceipt_within_s = {RECEIPT_WITHIN_S}\nclock = "trusted"\n\n'
            f'[broker]\nhost = "{LOOPBACK}"\nport = {broker_port}\n\n'
            f"[page]\nport = {port}\n"
        )
        (folder / "broker-password").write_text(password)
        super().__init__(
            *(command("hearthbeat-hub"), "run"),
            log=folder / "log",
            environment={
                "HEARTHBEAT_HUB_HOME": str(folder),
                "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}",
            },
        )
        self._of_today = self._environment
        if packed is not None:
            before = self._environment.get("PYTHONPATH")
            first = os.pathsep.join([str(packed), *([before] if before else [])])
            self._environment = self._of_today | {"PYTHONPATH": first}

    def upgrade(self) -> None:
        """From its next start on, what works with its folder is today's version."""
        self._environment = self._of_today

    async def ready(self) -> None:
        """Returns when the broker has let it in. Raises RuntimeError with its log if it ends before."""
        await self.until(lambda: " connected hub=" in self.output)

    def outbox(self) -> list[StoredReading]:
        """What is on the hub's disk, read from outside, in the order it came."""
        if not self._outbox.exists():
            return []
        query = "SELECT position, content, waiting, outcome FROM reading ORDER BY number"
        with closing(sqlite3.connect(f"{self._outbox.as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute(query).fetchall()
        return [
            StoredReading(position, Reading.model_validate_json(content), bool(waiting), outcome)
            for position, content, waiting, outcome in rows
        ]
