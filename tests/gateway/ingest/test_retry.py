"""Quarantine is worked against the real database: the cause is dealt with, and the kept bytes are used."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from edge_agent.wire.messages import BatchHeader, Receipt
from gateway.database.pool import Pool
from gateway.hubs import hubs
from gateway.hubs.registry import Registry
from gateway.ingest import quarantine
from gateway.ingest.batch import store_batch
from gateway.ingest.message import Message, Rejection, UnreadableMessage, read_message
from gateway.ingest.message_state import QuarantineState
from gateway.ingest.quarantine import MessageSettled, Quarantined, StepOutcome, UnknownMessage
from gateway.ingest.retry import NoHeader, Retried, retry
from tests.gateway.ward import EPOCH, HUB, NOON, Ward, deliver, glucose, message

LATER = NOON + timedelta(days=2)


async def store(pool: Pool, *messages: Message | UnreadableMessage) -> list[Receipt]:
    return [receipt for _, receipt in await store_batch(pool, Registry(), messages, NOON)]


async def lying(ward: Ward, state: QuarantineState = QuarantineState.OPEN) -> list[Quarantined]:
    found = await quarantine.find(ward.conn, ward.nurse, state=state, before=None, limit=100)
    await ward.conn.commit()
    return found


async def did(ward: Ward, quarantine_id: int) -> list[tuple[StepOutcome, str]]:
    found = await quarantine.steps(ward.conn, quarantine_id)
    await ward.conn.commit()
    return [(each.outcome, each.why) for each in found]


async def held(ward: Ward) -> list[str]:
    rows = await (await ward.conn.execute("SELECT held::text FROM hub_run")).fetchall()
    await ward.conn.commit()
    return [held for (held,) in rows]


async def test_a_message_of_a_hub_that_is_enrolled_meanwhile(ward: Ward, pool: Pool) -> None:
    unenrolled = message(glucose(100.0), glucose(101.0, NOON + timedelta(minutes=1)), first=4, hub="newcomer")
    assert await store(pool, unenrolled) == []
    [open_one] = await lying(ward)
    with pytest.raises(UnknownMessage):
        await retry(pool, ward.nurse, open_one.quarantine_id, LATER)
    await hubs.add(ward.conn, ward.nurse.organisation_id, "newcomer", "no password")
    await ward.conn.commit()
    retried = await retry(pool, ward.nurse, open_one.quarantine_id, LATER)
    assert retried == Retried(QuarantineState.RETRIED, stored=2, before=0, refused=())
    assert await lying(ward) == []
    assert [each.quarantine_id for each in await lying(ward, QuarantineState.RETRIED)] == [
        open_one.quarantine_id
    ]
    assert await ward.count("reading") == await ward.count("raw_reading") == 2
    assert await held(ward) == ["{[4,6)}"]
    assert await did(ward, open_one.quarantine_id) == [
        (StepOutcome.STORED, "2 stored, 0 stored before, 0 refused")
    ]
    [receipt] = await store(pool, unenrolled)  # its hub has no receipt and sends it again
    assert receipt.before == (4, 5)


async def test_a_single_reading_once_its_cause_is_dealt_with(ward: Ward, pool: Pool) -> None:
    await ward.conn.execute("ALTER TABLE reading ADD CONSTRAINT wrong CHECK (blood_glucose <> 60)")
    await ward.conn.commit()
    sent = message(glucose(100.0), glucose(60.0, NOON + timedelta(minutes=1)), first=1)
    await store(pool, sent)
    [open_one] = await lying(ward)
    again = await retry(pool, ward.nurse, open_one.quarantine_id, LATER)
    assert (again.state, again.stored, len(again.refused)) == (QuarantineState.OPEN, 0, 1)
    assert [each.quarantine_id for each in await lying(ward)] == [open_one.quarantine_id]
    await ward.conn.execute("ALTER TABLE reading DROP CONSTRAINT wrong")
    await ward.conn.commit()
    assert (await retry(pool, ward.nurse, open_one.quarantine_id, LATER)).state is QuarantineState.RETRIED
    assert [outcome for outcome, _ in await did(ward, open_one.quarantine_id)] == [
        StepOutcome.REFUSED,
        StepOutcome.STORED,
    ]
    assert await ward.count("reading") == 2
    assert await held(ward) == ["{[1,3)}"]
    with pytest.raises(MessageSettled, match="retried"):
        await retry(pool, ward.nurse, open_one.quarantine_id, LATER)
    await store(pool, sent)
    assert (await lying(ward), await ward.count("reading")) == ([], 2)


async def test_of_a_whole_message_the_good_readings_leave_and_the_bad_one_lies_there_alone(
    ward: Ward, pool: Pool
) -> None:
    good, bad = (json.loads(glucose(value).model_dump_json()) for value in (100.0, 101.0))
    bad["values"]["blood_glucose"]["unit"] = "mmol/L"
    payload = json.dumps({"readings": [good, bad]}).encode()
    header = BatchHeader(batch_id=uuid4(), epoch=EPOCH, first_position=1, count=2)
    await store(pool, deliver(b"unreadable for an earlier version", header))
    await ward.conn.execute("UPDATE quarantine SET payload = %s", [payload])
    await ward.conn.commit()
    [whole] = await lying(ward)
    retried = await retry(pool, ward.nurse, whole.quarantine_id, LATER)
    assert (retried.state, retried.stored, len(retried.refused)) == (QuarantineState.RETRIED, 1, 1)
    [alone] = await lying(ward)
    assert (alone.first_position, alone.last_position) == (2, 2)
    assert (await retry(pool, ward.nurse, alone.quarantine_id, LATER)).state is QuarantineState.OPEN
    assert await held(ward) == ["{[1,3)}"]


async def test_what_an_earlier_version_refused_for_one_number_is_stored_without_it(
    ward: Ward, pool: Pool
) -> None:
    """Nobody resends what has its receipt: it lies there until somebody tries it again."""
    reading = json.loads(glucose(100.0).model_dump_json())
    reading["values"]["pulse_rate"] = {"value": 0, "unit": "/min"}
    payload = json.dumps(reading).encode()
    refused = Message(
        f"hearthbeat/1/{HUB}/readings",
        HUB,
        BatchHeader(batch_id=uuid4(), epoch=EPOCH, first_position=1, count=1),
        payload,
        [Rejection("values.pulse_rate: outside what can be measured", payload)],
    )
    await store(pool, refused)
    [open_one] = await lying(ward)
    assert await retry(pool, ward.nurse, open_one.quarantine_id, LATER) == Retried(
        QuarantineState.RETRIED, stored=1, before=0, refused=()
    )
    rows = await ward.conn.execute("SELECT blood_glucose, pulse_rate, absent FROM reading")
    assert await rows.fetchall() == [(100.0, None, {"pulse_rate": "implausible"})]


@pytest.mark.parametrize("count", [1, 3])
async def test_what_is_unreadable_still_stays_open(ward: Ward, pool: Pool, count: int) -> None:
    header = BatchHeader(batch_id=uuid4(), epoch=EPOCH, first_position=1, count=count)
    await store(pool, deliver(b"\x00\xff", header))
    [open_one] = await lying(ward)
    retried = await retry(pool, ward.nurse, open_one.quarantine_id, LATER)
    assert (retried.state, len(retried.refused)) == (QuarantineState.OPEN, count)
    assert await lying(ward) == [open_one]


async def test_a_clock_that_was_wrong_then_is_not_made_right_by_waiting(ward: Ward, pool: Pool) -> None:
    ahead = glucose(100.0, NOON + timedelta(hours=3))
    await store(pool, message(ahead, first=1, now=NOON))
    [open_one] = await lying(ward)
    assert (await retry(pool, ward.nurse, open_one.quarantine_id, LATER)).state is QuarantineState.OPEN
    assert await ward.count("reading") == 0


async def test_a_message_without_a_header_cannot_be_tried_again(ward: Ward, pool: Pool) -> None:
    await store(pool, read_message(f"hearthbeat/1/{HUB}/readings", b"{}", None, {}, NOON))
    [open_one] = await lying(ward)
    with pytest.raises(NoHeader, match="which positions"):
        await retry(pool, ward.nurse, open_one.quarantine_id, LATER)
    assert await lying(ward) == [open_one]


async def test_what_is_discarded_keeps_its_bytes_its_positions_and_its_reason(ward: Ward, pool: Pool) -> None:
    header = BatchHeader(batch_id=uuid4(), epoch=EPOCH, first_position=1, count=3)
    rubbish = deliver(b"rubbish", header)
    await store(pool, rubbish)
    [open_one] = await lying(ward)
    await quarantine.discard(ward.conn, ward.nurse, open_one.quarantine_id, "a test of the hub", LATER)
    await ward.conn.commit()
    assert await held(ward) == ["{[1,4)}"]
    kept = await quarantine.get(ward.conn, ward.nurse, open_one.quarantine_id)
    assert (kept.payload, kept.message.state) == (b"rubbish", QuarantineState.DISCARDED)
    assert await did(ward, open_one.quarantine_id) == [(StepOutcome.DISCARDED, "a test of the hub")]
    with pytest.raises(MessageSettled, match="discarded"):
        await quarantine.discard(ward.conn, ward.nurse, open_one.quarantine_id, "twice", LATER)
    with pytest.raises(MessageSettled, match="discarded"):
        await retry(pool, ward.nurse, open_one.quarantine_id, LATER)
    await store(pool, rubbish)
    assert await lying(ward) == []


async def test_a_retry_that_died_before_it_said_so_is_done_again(ward: Ward, pool: Pool) -> None:
    unenrolled = message(glucose(100.0), first=1, hub="newcomer")
    await store(pool, unenrolled)
    await hubs.add(ward.conn, ward.nurse.organisation_id, "newcomer", "no password")
    await ward.conn.commit()
    await store(pool, unenrolled)  # committed, and then nothing
    [open_one] = await lying(ward)
    retried = await retry(pool, ward.nurse, open_one.quarantine_id, LATER)
    assert retried == Retried(QuarantineState.RETRIED, stored=0, before=1, refused=())
    assert await ward.count("reading") == 1
