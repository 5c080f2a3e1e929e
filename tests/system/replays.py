"""Replays as a person starts them, and what the database then holds."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg import AsyncConnection

from tests.servers.broker import Broker
from tests.servers.processes import command


@dataclass(frozen=True)
class Result:
    """How a run of `hearthbeat-sim replay` ended."""

    code: int | None
    output: str
    errors: str


@dataclass(frozen=True)
class Replays:
    """The way of a reading, running; and the folder from which replays are started."""

    database_url: str
    environment: dict[str, str]

    async def replay(self, *arguments: str) -> Result:
        """Start a replay and wait for its end."""
        async with self.begun(*arguments) as process:
            output, errors = await process.communicate()
        return Result(process.returncode, output.decode(), errors.decode())

    @asynccontextmanager
    async def begun(self, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            *(command("hearthbeat-sim"), "replay", "--format", "uci-diabetes", *arguments),
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def report(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """What a replay that ends with `code` says as JSON."""
        result = await self.replay("--json", *arguments)
        assert result.code == code, result.errors
        report: dict[str, Any] = json.loads(result.output)
        return report

    def passwords(self) -> list[Path]:
        """What is kept of hubs from one replay to the next."""
        return list(Path(self.environment["HEARTHBEAT_HOME"], "replay").iterdir())

    async def ask(self, query: str) -> list[tuple[Any, ...]]:
        async with await AsyncConnection.connect(self.database_url) as conn:
            return await (await conn.execute(query.encode())).fetchall()

    async def glucose(self) -> Counter[tuple[str, datetime, float | None]]:
        """What is stored: device, time and value; None is beyond the meter's range."""
        rows = await self.ask(
            "SELECT identifier, measured_at, blood_glucose FROM reading "
            "JOIN source USING (source_id) JOIN device USING (device_id)"
        )
        return Counter((device, at, value) for device, at, value in rows)

    async def evidence(self) -> set[tuple[str, str, datetime]]:
        """What tasks judged: patient, condition and time."""
        return set(
            await self.ask(
                "SELECT identifier, condition, measured_at FROM evidence JOIN patient USING (patient_id)"
            )
        )

    async def tasks(self) -> dict[tuple[str, str], tuple[str, datetime]]:
        """Rule and newest reading of the task of each patient and condition; there is one at most."""
        rows = await self.ask(
            "SELECT identifier, condition, rule_id, measured_at FROM task JOIN patient USING (patient_id)"
        )
        assert len({row[:2] for row in rows}) == len(rows)
        return {(patient, condition): (rule, at) for patient, condition, rule, at in rows}


async def follow_passwords(broker: Broker) -> None:
    """Tell the broker of each change that the gateway makes to its password file."""
    seen = version_of(broker.passwords_file)
    while True:
        await asyncio.sleep(0.05)
        if (now := version_of(broker.passwords_file)) != seen:
            seen = now
            await asyncio.to_thread(broker.reload)


def version_of(file: Path) -> tuple[int, int]:
    """Of a file that is replaced whole. The number of one that is gone is given again."""
    found = file.stat()
    return found.st_ino, found.st_mtime_ns
