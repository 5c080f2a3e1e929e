"""What cannot be used is kept and shown, and takes nothing else with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from playwright.async_api import Page

from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.messages import Batch, Device, Quantity, Reading
from edge_agent.wire.vitals import Vital
from tests.servers.broker import Broker
from tests.servers.patience import eventually
from tests.system.pages import Console
from tests.system.pipeline import enrol, open_gateway, rows
from tests.system.strange_hub import strange_hub

HUB = "home-1"
NOT_JSON = b'{"readings": [\xff\x00'


def weight(kg: float) -> Reading:
    now = datetime.now(UTC)
    return Reading(
        reading_id=uuid4(),
        kind=ReadingKind.BODY_WEIGHT,
        device=Device(identifier="C0:00:00:00:00:01"),
        values={Vital.BODY_WEIGHT: Quantity(value=kg, unit="kg")},
        measured_at=now,
        captured_at=now,
        raw="00",
    )


def message(*readings: Reading) -> bytes:
    return Batch(readings=readings).model_dump_json(exclude_defaults=True).encode()


async def test_what_cannot_be_used_is_kept_with_its_reason_and_its_neighbours_are_stored(
    tmp_path: Path, database_url: str, broker: Broker, browser_page: Page
) -> None:
    async with (
        open_gateway(tmp_path / "gateway", database_url, broker) as gateway,
        strange_hub(HUB, await enrol(HUB, gateway, broker), broker) as hub,
    ):
        timeless = weight(80).model_copy(update={"captured_at": datetime(1970, 1, 1, tzinfo=UTC)})
        hub.publish(message(weight(80)), first=1)
        hub.publish(NOT_JSON, first=2)
        hub.publish(message(weight(81), timeless, weight(82)), first=3, count=3)
        hub.publish(message(weight(83)), first=6)

        async def all_receipts() -> bool:
            return len(hub.receipts) == 4

        await eventually(all_receipts)
        assert sorted(position for each in hub.receipts for position in each.stored) == [1, 3, 5, 6]
        kept = await rows(
            database_url,
            "SELECT topic, first_position, last_position, reason, payload FROM quarantine"
            " ORDER BY first_position",
        )
        unreadable = kept[0][3]
        assert unreadable.startswith("Invalid JSON")
        of_no_hub = "captured_at: before 1980"
        assert kept == [
            (hub.readings_topic, 2, 2, unreadable, NOT_JSON),
            (hub.readings_topic, 4, 4, of_no_hub, timeless.model_dump_json().encode()),
        ]
        told = {each.position: each.reason for receipt in hub.receipts for each in receipt.quarantined}
        assert told == {2: unreadable, 4: of_no_hub}
        stored = await rows(database_url, "SELECT body_weight FROM reading ORDER BY position")
        assert stored == [(80,), (81,), (82,), (83,)]
        assert await rows(database_url, "SELECT held::text FROM hub_run") == [("{[1,7)}",)]

        console = Console(browser_page, gateway.address)
        await console.open(gateway.sign_in)
        await console.says_beside_the_list("Quarantine", "2 messages", unreadable, of_no_hub)
