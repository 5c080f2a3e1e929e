"""`hearthbeat quarantine` as it is typed, in a process of its own, against the real database."""

from __future__ import annotations

import asyncio
import os
import sys

from gateway.database.pool import Pool
from gateway.hubs import hubs
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.ingest.message import read_message
from tests.gateway.ward import HUB, NOON, Ward, glucose, message


async def hearthbeat(database_url: str, *arguments: str) -> tuple[int, str]:
    """The exit code, and everything said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from gateway.cli import main; main()",
        *arguments,
        env={**os.environ, "HEARTHBEAT_DATABASE_URL": database_url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_a_message_is_listed_shown_retried(ward: Ward, pool: Pool, database_url: str) -> None:
    await store_batch(pool, Registry(), [message(glucose(77.0), first=3, hub="newcomer")], NOON)
    command = ("quarantine", "--as", "nora")
    _, listed = await hearthbeat(database_url, *command, "list")
    assert "hearthbeat/1/newcomer/readings positions 3 to 3" in listed
    assert "open: nobody has enrolled this hub" in listed
    assert "77" not in listed
    number = listed.split()[0]
    code, said = await hearthbeat(database_url, *command, "retry", number)
    assert (code, said) == (1, "Error: There is no such message in quarantine, or not for you.\n")
    await hubs.add(ward.conn, ward.nurse.organisation_id, "newcomer", "no password")
    await ward.conn.commit()
    _, shown = await hearthbeat(database_url, *command, "show", number)
    assert '"value":77.0' in shown
    assert await hearthbeat(database_url, *command, "retry", number) == (
        0,
        f"{number}: 1 stored, 0 stored before\n",
    )
    assert await hearthbeat(database_url, *command, "list") == (0, "")
    _, shown = await hearthbeat(database_url, *command, "show", number)
    assert "Nora: stored, 1 stored, 0 stored before, 0 refused" in shown
    assert await ward.count("reading") == 1


async def test_a_message_is_discarded_for_a_reason_by_somebody(
    ward: Ward, pool: Pool, database_url: str
) -> None:
    await store_batch(
        pool, Registry(), [read_message(f"hearthbeat/1/{HUB}/readings", b"\xff", None, {}, NOON)], NOON
    )
    _, listed = await hearthbeat(database_url, "quarantine", "--as", "nora", "list")
    number = listed.split()[0]
    discard = ("discard", number, "--reason")
    assert (await hearthbeat(database_url, "quarantine", *discard, "a test"))[0] == 2
    code, said = await hearthbeat(database_url, "quarantine", "--as", "nobody", *discard, "a test")
    assert (code, said) == (1, "Error: there is nobody of the user name 'nobody'\n")
    await ward.conn.execute("UPDATE staff SET role = 'nurse'")
    await ward.conn.commit()
    code, said = await hearthbeat(database_url, "quarantine", "--as", "nora", *discard, "a test")
    assert (code, said) == (1, "Error: nora may not do this.\n")
    await ward.conn.execute("UPDATE staff SET role = 'administrator'")
    await ward.conn.commit()
    assert (await hearthbeat(database_url, "quarantine", "--as", "nora", *discard, " "))[0] == 2
    assert await hearthbeat(database_url, "quarantine", "--as", "nora", *discard, "a test") == (0, "")
    _, listed = await hearthbeat(database_url, "quarantine", "--as", "nora", "list", "--state", "discarded")
    assert listed.startswith(f"{number} ")
    code, said = await hearthbeat(database_url, "quarantine", "--as", "nora", "retry", number)
    assert (code, said) == (1, "Error: The message was discarded before.\n")
