"""A real hub without a radio for tests: outbox and publisher in their own process, fed by virtual meters."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from simulators.stream.meter import Meter
from tests.servers.home import SIMULATOR
from tests.servers.hub import RECEIPT_WITHIN_S
from tests.servers.ports import LOOPBACK
from tests.servers.processes import Process


class Stream(Process):
    """`hearthbeat-sim stream`, which ends when each record of `meters` has its receipt."""

    def __init__(
        self,
        folder: Path,
        name: str,
        password: str,
        *,
        broker_port: int,
        meters: Sequence[Meter],
        every_s: float,
    ) -> None:
        self.name = name
        self.meters = tuple(meters)
        self._outbox = folder / "outbox.db"
        folder.mkdir(mode=0o700, parents=True)
        (folder / "broker-password").write_text(password)
        first = meters[0]
        super().__init__(
            *(SIMULATOR, "stream", f"--hub={name}", f"--broker={LOOPBACK}:{broker_port}"),
            *(f"--folder={folder}", f"--records={first.records}", f"--since={first.began_at.isoformat()}"),
            *(f"--minutes={first.every.total_seconds() / 60}", f"--every={every_s}"),
            *(f"--meter={meter.name}" for meter in meters),
            f"--receipt-within={RECEIPT_WITHIN_S}",
            log=folder / "log",
            environment={},
        )

    def epochs(self) -> list[tuple[int, int]]:
        """Each epoch of its outbox with the highest position assigned in it."""
        return [(epoch, assigned) for epoch, assigned in self._ask("SELECT epoch, assigned FROM epoch")]

    def waiting(self) -> int:
        """Readings without a receipt."""
        ((count,),) = self._ask("SELECT count(*) FROM reading WHERE waiting")
        return count

    def _ask(self, query: str) -> list[tuple[int, ...]]:
        with closing(sqlite3.connect(f"{self._outbox.as_uri()}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()
