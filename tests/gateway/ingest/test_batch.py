"""Messages into the real database: what is stored, what was there, what goes to quarantine."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from edge_agent.wire.codes import EventKind, ReadingKind
from edge_agent.wire.messages import Amount, Batch, BatchHeader, HubStatus, PatientEvent, Quantity, Reading
from edge_agent.wire.vitals import Vital
from gateway import faults
from gateway.database.pool import Pool
from gateway.hubs import status
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch, store_each
from gateway.ingest.message import Message, UnreadableMessage, read_message
from gateway.ingest.rows import READING_TYPES, Candidate
from tests.gateway.ward import EPOCH, HUB, METER, NOON, Ward, deliver, glucose, message

COUNTED = ("reading", "raw_reading", "event", "due", "quarantine")


async def counts(ward: Ward) -> dict[str, int]:
    return {table: await ward.count(table) for table in COUNTED}


async def held(ward: Ward) -> str:
    rows = await (await ward.conn.execute("SELECT held::text FROM hub_run")).fetchall()
    await ward.conn.commit()
    return str(rows[0][0])


async def test_a_message_is_stored_once_however_often_it_comes(ward: Ward, pool: Pool) -> None:
    sent = message(glucose(100.0), glucose(110.0, NOON + timedelta(minutes=1)), first=1)
    registry = Registry()
    [(hub, first)] = await store_batch(pool, registry, [sent], NOON)
    [(_, again)] = await store_batch(pool, registry, [sent], NOON)
    [(_, third)] = await store_batch(pool, Registry(), [sent], NOON)
    assert (hub, first.stored, first.before) == (HUB, (1, 2), ())
    assert again.before == third.before == (1, 2)
    assert first.batch_id == sent.header.batch_id
    expected = {"reading": 2, "raw_reading": 2, "event": 0, "due": 1, "quarantine": 0}
    assert await counts(ward) == expected
    assert await held(ward) == "{[1,3)}"


async def test_the_same_message_twice_in_one_batch(ward: Ward, pool: Pool) -> None:
    sent = message(glucose(100.0), first=1)
    receipts = await store_batch(pool, Registry(), [sent, sent], NOON)
    assert [receipt.positions for _, receipt in receipts] == [(1,), (1,)]
    assert (await counts(ward))["reading"] == (await counts(ward))["raw_reading"] == 1


async def test_new_and_known_readings_in_one_message(ward: Ward, pool: Pool) -> None:
    known, new = glucose(100.0), glucose(120.0, NOON + timedelta(hours=1))
    await store_batch(pool, Registry(), [message(known, first=1)], NOON)
    [(_, receipt)] = await store_batch(pool, Registry(), [message(known, new, first=2)], NOON)
    assert (receipt.stored, receipt.before) == ((3,), (2,))
    assert await held(ward) == "{[1,4)}"


async def test_another_value_under_a_known_key_is_quarantined_and_never_silently_dropped(
    ward: Ward, pool: Pool
) -> None:
    reading_id = uuid4()
    await store_batch(pool, Registry(), [message(glucose(100.0, reading_id=reading_id), first=1)], NOON)
    conflict = message(glucose(55.0, reading_id=reading_id), first=2)
    [(_, receipt)] = await store_batch(pool, Registry(), [conflict], NOON)
    assert [each.position for each in receipt.quarantined] == [2]
    assert "55" not in receipt.quarantined[0].reason
    assert await held(ward) == "{[1,3)}"
    assert (await counts(ward))["quarantine"] == 1


async def test_two_values_of_one_minute_are_two_readings(ward: Ward, pool: Pool) -> None:
    [(_, receipt)] = await store_batch(
        pool, Registry(), [message(glucose(90.0), glucose(91.0), first=1)], NOON
    )
    assert receipt.stored == (1, 2)
    assert (await counts(ward))["reading"] == 2


async def test_an_unreadable_payload_is_kept_and_its_neighbours_are_stored(ward: Ward, pool: Pool) -> None:
    header = BatchHeader(batch_id=uuid4(), epoch=EPOCH, first_position=5, count=3)
    rubbish = deliver(b"\x00\xff not json", header)
    receipts = await store_batch(
        pool, Registry(), [message(glucose(1.5), first=4), rubbish, message(glucose(2.5), first=8)], NOON
    )
    by_first = {receipt.positions[0]: receipt for _, receipt in receipts}
    assert [each.position for each in by_first[5].quarantined] == [5, 6, 7]
    assert by_first[4].stored == (4,)
    assert by_first[8].stored == (8,)
    assert await held(ward) == "{[4,9)}"
    cursor = await ward.conn.execute("SELECT topic, payload, reason FROM quarantine")
    [(topic, payload, reason)] = await cursor.fetchall()
    assert (topic, bytes(payload)) == ("hearthbeat/1/home-1/readings", b"\x00\xff not json")
    assert reason
    await ward.conn.commit()
    await store_batch(pool, Registry(), [rubbish], NOON)
    assert await ward.count("quarantine") == 1


async def test_a_bad_reading_leaves_its_neighbours_in_the_same_message_alone(ward: Ward, pool: Pool) -> None:
    good = json.loads(glucose(100.0).model_dump_json())
    bad = good | {"values": {"blood_glucose": {"value": 5.5, "unit": "mmol/L"}}}
    late = json.loads(glucose(90.0, NOON + timedelta(minutes=1)).model_dump_json())
    payload = json.dumps({"readings": [good, bad, late]}).encode()
    header = BatchHeader(batch_id=uuid4(), epoch=EPOCH, first_position=1, count=3)
    [(_, receipt)] = await store_batch(pool, Registry(), [deliver(payload, header)], NOON)
    assert receipt.stored == (1, 3)
    assert [each.position for each in receipt.quarantined] == [2]
    assert "mg/dL" in receipt.quarantined[0].reason


async def test_what_only_the_database_refuses_is_found_by_division(ward: Ward, pool: Pool) -> None:
    refused = glucose(60.0, NOON + timedelta(minutes=3))
    await ward.conn.execute("ALTER TABLE reading ADD CHECK (blood_glucose <> 60)")
    await ward.conn.commit()
    readings = [glucose(100.0 + index, NOON + timedelta(minutes=10 + index)) for index in range(7)]
    sent = [message(*readings[:3], refused, *readings[3:], first=1), message(glucose(70.0), first=9)]
    receipts = dict(enumerate(receipt for _, receipt in await store_batch(pool, Registry(), sent, NOON)))
    assert [each.position for each in receipts[0].quarantined] == [4]
    assert "60" not in receipts[0].quarantined[0].reason
    assert receipts[0].stored == (1, 2, 3, 5, 6, 7, 8)
    assert receipts[1].stored == (9,)


async def test_times_and_values_that_cannot_be_take_nothing_along(ward: Ward, pool: Pool) -> None:
    future = glucose(100.0).model_copy(update={"measured_at": NOON + timedelta(minutes=6)})
    ancient = glucose(100.0).model_copy(update={"measured_at": NOON.replace(year=1970)})
    impossible = glucose(100.0).model_copy(
        update={"values": {Vital.BLOOD_GLUCOSE: Quantity(value=1e6, unit="mg/dL")}}
    )
    [(_, receipt)] = await store_batch(
        pool, Registry(), [message(future, ancient, impossible, first=1, now=NOON)], NOON
    )
    assert receipt.stored == (1, 2, 3)
    rows = await ward.conn.execute("SELECT measured_at, blood_glucose, absent FROM reading ORDER BY position")
    assert await rows.fetchall() == [
        (NOON, 100.0, None),
        (NOON, 100.0, None),
        (NOON, None, {"blood_glucose": "implausible"}),
    ]


async def test_an_event_is_stored_as_an_event(ward: Ward, pool: Pool) -> None:
    event = PatientEvent(kind=EventKind.INSULIN_DOSE, detail="regular", amount=Amount(value=9, unit="[iU]"))
    reading = Reading.model_validate(
        glucose(100.0).model_dump() | {"kind": ReadingKind.EVENT, "values": {}, "event": event}
    )
    [(_, receipt)] = await store_batch(pool, Registry(), [message(reading, first=1)], NOON)
    [(_, again)] = await store_batch(pool, Registry(), [message(reading, first=2)], NOON)
    assert (receipt.stored, again.before) == ((1,), (2,))
    assert await counts(ward) == {"reading": 0, "raw_reading": 1, "event": 1, "due": 1, "quarantine": 0}


async def test_a_hub_that_nobody_enrolled_gets_no_receipt_and_its_bytes_are_kept(
    ward: Ward, pool: Pool
) -> None:
    unenrolled = message(glucose(100.0), first=1, hub="stranger")
    assert await store_batch(pool, Registry(), [unenrolled], NOON) == []
    assert await store_batch(pool, Registry(), [unenrolled], NOON) == []
    assert await counts(ward) == {"reading": 0, "raw_reading": 0, "event": 0, "due": 0, "quarantine": 1}


async def test_a_message_without_a_readable_header_is_kept_once_however_often_it_comes(
    ward: Ward, pool: Pool
) -> None:
    broken = read_message("hearthbeat/1/home-1/readings", b"\x00 nothing", None, {}, NOON)
    other = read_message("hearthbeat/1/home-1/readings", b"\x01 nothing", None, {}, NOON)
    for batch in ([broken], [broken, broken], [other]):
        assert await store_batch(pool, Registry(), batch, NOON) == []
    assert await ward.count("quarantine") == 2


async def test_a_hub_that_invents_devices_is_held_to_a_number_and_nothing_is_lost(
    ward: Ward, pool: Pool
) -> None:
    invented = [
        glucose(100.0, NOON - timedelta(minutes=number)).model_copy(
            update={"device": METER.model_copy(update={"identifier": f"invented-{number}"})}
        )
        for number in range(5)
    ]
    registry = Registry(most_sources=3)
    [(_, receipt)] = await store_batch(pool, registry, [message(*invented, first=1)], NOON)
    assert receipt.stored == (1, 2, 3)
    assert [each.position for each in receipt.quarantined] == [4, 5]
    assert await ward.count("device") == await ward.count("source") == 3
    assert await held(ward) == "{[1,6)}"
    [(_, receipt)] = await store_batch(pool, registry, [message(*invented[:3], first=6)], NOON)
    assert receipt.before == (6, 7, 8)


async def test_a_hub_that_invents_epochs_is_held_to_a_number_and_keeps_what_it_sends_in_others(
    ward: Ward, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(most_runs=2)
    monkeypatch.setattr(status, "MOST_RUNS", 2)

    def of_epoch(epoch: int) -> Message | UnreadableMessage:
        header = BatchHeader(batch_id=uuid4(), epoch=epoch, first_position=1, count=1)
        payload = Batch(readings=(glucose(100.0, NOON - timedelta(minutes=epoch)),)).model_dump_json()
        return deliver(payload.encode(), header)

    for epoch in range(1, 6):
        receipts = await store_batch(pool, registry, [of_epoch(epoch)], NOON)
        assert [receipt.epoch for _, receipt in receipts] == ([epoch] if epoch <= 2 else [])
        said = HubStatus(online=True, epoch=epoch, assigned=1)
        await status.keep_status(ward.conn, HUB, said, NOON, is_retained=False)
    await ward.conn.commit()
    assert await ward.count("reading") == 2
    reasons = await (await ward.conn.execute("SELECT reason FROM quarantine")).fetchall()
    assert reasons == [("its hub has begun more epochs than a hub may",)]
    assert await ward.count("hub_run") == 2
    [(_, receipt)] = await store_batch(pool, Registry(most_runs=2), [of_epoch(1)], NOON)
    assert receipt.stored == (1,)


async def test_an_old_reading_whose_chunk_is_being_rewritten_holds_up_nobody_and_is_stored_later(
    ward: Ward, pool: Pool
) -> None:
    ancient = NOON - timedelta(days=90)
    await store_batch(pool, Registry(), [message(glucose(80.0, ancient), first=1)], NOON)
    old = message(glucose(90.0, ancient + timedelta(minutes=5)), first=2)
    batch = [old, message(glucose(100.0), first=3)]
    [(chunk,)] = await (await ward.conn.execute("SELECT show_chunks('reading')::text")).fetchall()
    await ward.conn.execute(f"LOCK TABLE {chunk} IN EXCLUSIVE MODE".encode())
    receipts = await store_batch(pool, Registry(), batch, NOON)
    assert [receipt.stored for _, receipt in receipts] == [(3,)]
    await ward.conn.rollback()
    receipts = await store_batch(pool, Registry(), batch, NOON)
    assert [(receipt.stored, receipt.before) for _, receipt in receipts] == [((2,), ()), ((), (3,))]


async def test_the_columns_of_copy_are_those_of_the_table(ward: Ward) -> None:
    cursor = await ward.conn.execute(
        "SELECT count(*) FROM information_schema.columns WHERE table_name = 'reading'"
    )
    assert await cursor.fetchall() == [(len(READING_TYPES),)]


async def test_a_message_that_fails_for_a_fault_of_ours_is_set_aside_alone(
    ward: Ward, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Candidate.reading_row

    def faulty(candidate: Candidate) -> list[object]:
        if candidate.identity.position == 2:
            raise ZeroDivisionError("138 mmHg")
        return rows(candidate)

    monkeypatch.setattr(Candidate, "reading_row", faulty)
    sent = [message(glucose(90.0 + each, NOON + timedelta(minutes=each)), first=each) for each in (1, 2, 3)]
    receipts = await store_each(pool, Registry(), sent, NOON)
    assert [receipt.stored for _, receipt in receipts] == [(1,), (3,)]
    reasons = await (await ward.conn.execute("SELECT reason FROM quarantine")).fetchall()
    assert reasons == [("a fault of ours: ZeroDivisionError",)]


async def test_one_that_not_even_quarantine_takes_stays_with_its_hub_and_is_shown(
    ward: Ward, pool: Pool
) -> None:
    await ward.conn.execute("ALTER TABLE quarantine ADD CHECK (topic NOT LIKE '%/unheard-of/%') NOT VALID")
    await ward.conn.commit()
    sent = [message(glucose(90.0), hub="unheard-of"), message(glucose(91.0, NOON + timedelta(minutes=1)))]
    receipts = await store_each(pool, Registry(), sent, NOON)
    assert [hub for hub, _ in receipts] == [HUB]
    [aside] = await faults.list_set_aside(ward.conn, ward.nurse.organisation_id, limit=10)
    assert (aside.kind, aside.item) == ("message", "hearthbeat/1/unheard-of/readings")
    assert aside.reason == "CheckViolation (23514)"
